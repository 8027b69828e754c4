import type { Delivery, Location, Weekday, WorkingHours } from '../../plan-file/index.ts';
import {
  type Bytes,
  type BytesPerSecond,
  rateOfMbit,
  type Seconds,
  seconds,
  times,
} from '../../quantities/index.ts';

/** What downloads may take of the link of a location, over a week that begins with the first working day. */
export interface LinkSchedule {
  readonly workingRate: BytesPerSecond;
  readonly offRate: BytesPerSecond;
  /** The same text for the same hours of work, by the same clock. */
  readonly hours: string;
  /** The week in turns of work and rest, work first. */
  readonly turns: readonly Turn[];
}

interface Turn {
  readonly isWork: boolean;
  readonly lengthSeconds: number;
}

const weekdays: readonly Weekday[] = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
];
const daySeconds = 86_400;
const weekSeconds = 7 * daySeconds;

/**
 * In working hours downloads get their share, or what other traffic leaves if that is less; at other times the share of
 * those. `undefined` for a location without a link.
 */
export function scheduleOf(location: Location, delivery: Delivery): LinkSchedule | undefined {
  if (location.uplink === null) return undefined;
  const { bandwidthMbitPerSecond, otherTrafficShare } = location.uplink;
  const rate = rateOfMbit(bandwidthMbitPerSecond);
  return {
    workingRate: times(rate, Math.min(delivery.workingHoursShare, 1 - otherTrafficShare)),
    offRate: times(rate, delivery.offHoursShare),
    hours: JSON.stringify([location.workingHours, location.utcOffsetHours]),
    turns: turnsOf(location.workingHours),
  };
}

/** A line that gives the same at any time. */
export function constantSchedule(rate: BytesPerSecond): LinkSchedule {
  return {
    workingRate: rate,
    offRate: rate,
    hours: '',
    turns: [{ isWork: false, lengthSeconds: weekSeconds }],
  };
}

/** How long a link needs for bytes that are announced when work begins; endless when it never carries any. */
export function secondsToCarry(size: Bytes, schedule: LinkSchedule): Seconds {
  const rateIn = (turn: Turn): number => (turn.isWork ? schedule.workingRate : schedule.offRate);
  const weekBytes = schedule.turns.reduce((sum, turn) => sum + turn.lengthSeconds * rateIn(turn), 0);
  if (size === 0) return seconds(0);
  if (weekBytes === 0) return seconds(Number.POSITIVE_INFINITY);
  const weeks = Math.max(0, Math.ceil(size / weekBytes) - 1);
  let left = size - weeks * weekBytes;
  let elapsed = weeks * weekSeconds;
  for (const turn of schedule.turns) {
    const carried = turn.lengthSeconds * rateIn(turn);
    if (carried >= left && carried > 0) return seconds(elapsed + left / rateIn(turn));
    left -= carried;
    elapsed += turn.lengthSeconds;
  }
  return seconds(elapsed);
}

function turnsOf({ start, end, days }: WorkingHours): readonly Turn[] {
  const workSeconds = secondOfDay(end) - secondOfDay(start);
  const worked = weekdays.flatMap((day, at) => (days.includes(day) ? [at] : []));
  const [first] = worked;
  if (first === undefined || workSeconds <= 0) return [{ isWork: false, lengthSeconds: weekSeconds }];
  return worked.flatMap((day, at) => {
    const next = worked[at + 1] ?? first + 7;
    const restSeconds = (next - day) * daySeconds - workSeconds;
    return [
      { isWork: true, lengthSeconds: workSeconds },
      { isWork: false, lengthSeconds: restSeconds },
    ];
  });
}

/** Seconds since midnight of a time such as `08:30`. */
export function secondOfDay(time: string): number {
  const [hours, minutes] = time.split(':').map(Number);
  return (hours ?? 0) * 3600 + (minutes ?? 0) * 60;
}
