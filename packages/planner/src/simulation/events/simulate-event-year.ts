import type { Design, InstanceDesign } from '../../decisions/index.ts';
import { hoursOf } from '../design/hours-of.ts';
import { createRandom, exponential, type Random } from '../engine/random.ts';
import { WorkingTime } from '../outage/working-time.ts';
import { bandOf } from '../rollout/band.ts';
import type { EventYear, StormHabits } from './event-year.ts';

export interface EventYearOptions {
  /** The same seed gives the same year. */
  readonly seed: number;
  /** Years with chances of their own; 5 unless told otherwise. At least 1. */
  readonly runs?: number;
  /** {@link usualStorms} unless told otherwise. */
  readonly storms?: StormHabits;
}

/** One a month, for half a working day, a fifth of the clients, ten times their events. Assumed, not measured. */
export const usualStorms: StormHabits = { perYear: 12, hours: 4, clientShare: 0.2, factor: 10 };

const yearHours = 365 * 24;
const weekHours = 7 * 24;

/**
 * Simulates years of events hour by hour: clients report while people work there, by chance; storms come by chance;
 * what is older than the days to be kept is removed. Starts with an empty database on a Monday 00:00 UTC.
 *
 * @returns a result for each instance, ordered by name
 */
export function simulateEventYear(design: Design, options: EventYearOptions): EventYear[] {
  const { seed, runs = 5, storms = usualStorms } = options;
  return design.instances.map((instance) => {
    const week = expectedWeek(design, instance);
    const years = Array.from({ length: runs }, (_, run) =>
      runYear(design, week, storms, createRandom(`${seed}/${run}/events/${instance.name}`)),
    );
    const reading = 1 + readsPerWrite(design, instance);
    const peakWrites = years.map(({ peakHourEvents }) => peakHourEvents / 3600);
    const peaks = years.map(({ peakBytes }) => peakBytes);
    return {
      instance: instance.name,
      clients: instance.clients,
      events: bandOf(years.map(({ events }) => events)),
      peakBytes: bandOf(peaks),
      plannedBytes: instance.database.bytes,
      filledShare: instance.database.bytes === 0 ? 0 : Math.max(...peaks) / instance.database.bytes,
      meanWritesPerSecond: bandOf(years.map(({ events }) => events / yearHours / 3600)),
      peakWritesPerSecond: bandOf(peakWrites),
      peakOperationsPerSecond: bandOf(peakWrites.map((writes) => writes * reading)),
      plannedOperationsPerSecond: instance.database.operationsPerSecond,
      bytesByWeek: years[0]?.bytesByWeek ?? [],
    };
  });
}

interface Year {
  readonly events: number;
  readonly peakHourEvents: number;
  readonly peakBytes: number;
  readonly bytesByWeek: readonly number[];
}

function runYear({ plan }: Design, week: Float64Array, habits: StormHabits, random: Random): Year {
  const storms = stormsOfYear(week, habits, random);
  const keptHours = plan.events.daysKept * 24;
  const byHour = new Float64Array(yearHours);
  const bytesByWeek: number[] = [];
  let [events, kept, peakKept, peakHourEvents] = [0, 0, 0, 0];
  for (let hour = 0; hour < yearHours; hour += 1) {
    const expected = (week[hour % weekHours] ?? 0) * (storms[hour] ?? 1);
    const come = poisson(expected, random);
    byHour[hour] = come;
    events += come;
    kept += come - (byHour[hour - keptHours] ?? 0);
    peakKept = Math.max(peakKept, kept);
    peakHourEvents = Math.max(peakHourEvents, come);
    if (hour % weekHours === weekHours - 1) bytesByWeek.push(kept * plan.events.bytes);
  }
  return { events, peakHourEvents, peakBytes: peakKept * plan.events.bytes, bytesByWeek };
}

/** Events to be expected in each hour of a week that begins on Monday 00:00 UTC. */
function expectedWeek({ plan }: Design, { population }: InstanceDesign): Float64Array {
  const week = new Float64Array(weekHours);
  const places = new Map(plan.locations.map((location) => [location.name, location]));
  const patterns = new Map<string, Float64Array>();
  for (const { location, users } of population) {
    const place = places.get(location);
    const hours = place ? hoursOf(place) : null;
    const key = JSON.stringify(hours);
    const pattern = patterns.get(key) ?? sharesOfWeek(new WorkingTime(hours));
    patterns.set(key, pattern);
    const events = users * plan.events.perClientPerDay * 7;
    for (let hour = 0; hour < weekHours; hour += 1)
      week[hour] = (week[hour] ?? 0) + events * (pattern[hour] ?? 0);
  }
  return week;
}

/** How a week's events fall on its hours: all of them into hours of work. */
function sharesOfWeek(work: WorkingTime): Float64Array {
  const seconds = Float64Array.from({ length: weekHours }, (_, hour) =>
    work.secondsWithin(hour * 3600, (hour + 1) * 3600),
  );
  const all = seconds.reduce((sum, value) => sum + value, 0);
  return seconds.map((value) => value / all);
}

/** What storms multiply the events of each hour with. */
function stormsOfYear(week: Float64Array, habits: StormHabits, random: Random): Float64Array {
  const factors = new Float64Array(yearHours).fill(1);
  if (habits.perYear === 0) return factors;
  let at = 0;
  for (;;) {
    at += (exponential(random) * yearHours) / habits.perYear;
    if (at >= yearHours) return factors;
    // Nobody reports where nobody works: it breaks out with the first hour of work.
    let begin = Math.floor(at);
    while (begin < yearHours && (week[begin % weekHours] ?? 0) === 0) begin += 1;
    const more = habits.clientShare * (habits.factor - 1);
    for (let hour = begin; hour < begin + habits.hours && hour < yearHours; hour += 1) {
      factors[hour] = (factors[hour] ?? 1) + more;
    }
  }
}

function readsPerWrite({ plan }: Design, { consoles }: InstanceDesign): number {
  return plan.events.reportShare * consoles.reduce((sum, { count }) => sum + count, 0);
}

/** A number of independent events; a normal number where many are expected. */
function poisson(expected: number, random: Random): number {
  if (expected > 50) {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return Math.max(0, Math.round(expected + Math.sqrt(expected) * normal));
  }
  let count = 0;
  for (let time = exponential(random); time < expected; time += exponential(random)) count += 1;
  return count;
}
