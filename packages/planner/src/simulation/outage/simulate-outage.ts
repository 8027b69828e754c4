import type { Design, DistributionChoice } from '../../decisions/index.ts';
import { hoursOf } from '../design/hours-of.ts';
import { weekSeconds } from '../engine/capacity.ts';
import { cutOffBy } from './cut-off.ts';
import type { Outage, OutageGroup, OutageResult } from './outage.ts';
import { type StopRules, stopTime } from './stop-times.ts';
import { WorkingTime } from './working-time.ts';

/** People of a group are told apart by how long ago they made contact; more steps would not be seen. */
const contactAges = 240;
const samples = 96;

/**
 * Who stops working when something fails, and when: by the offline limits of workspaces, the times of contacts, and
 * when people work where. Contacts are evenly spread over their interval, so chance has no part in it.
 *
 * @throws {NOT_FOUND} the design has nothing of that name
 */
export function simulateOutage(design: Design, outage: Outage): OutageResult {
  const { plan, profile } = design;
  const cutOff = cutOffBy(design, outage);
  const limits = new Map(plan.workspaces.map((one) => [one.name, one.offlineLimitHours]));
  const work = new Map(plan.locations.map((one) => [one.name, new WorkingTime(hoursOf(one))]));
  // In the second week, so that the working day before is there to be looked at.
  const from = outage.startsAtSeconds + weekSeconds;
  const window: Window = { from, until: from + outage.hours * 3600 };
  const stopping = cutOff.fromServer.map((choice): StoppingGroup => {
    const time = work.get(choice.location) ?? new WorkingTime(null);
    const limit = limits.get(choice.workspace) ?? null;
    const rules = {
      offlineLimitHours: limit,
      contactIntervalSeconds: profile.limits.policyIntervalSeconds,
    };
    return { choice, work: time, stops: stopsOf(choice.users, time, rules, window) };
  });
  const groups = stopping
    .map((group) => resultOf(group, window))
    .toSorted((a, b) => compare(a.location, b.location) || compare(a.workspace, b.workspace));
  const lostHours = groups.reduce((sum, group) => sum + group.lostHours, 0);
  const waitingEvents = (usersOf(cutOff.fromDatabase) * plan.events.perClientPerDay * outage.hours) / 24;
  return {
    ...outage,
    withoutContact: usersOf(cutOff.fromServer),
    withoutImages: usersOf(cutOff.fromRepository),
    hasNoReports: outage.component === 'server' || outage.component === 'database',
    waitingEvents: Math.round(waitingEvents),
    waitingBytes: Math.round(waitingEvents * plan.events.bytes),
    stopped: groups.reduce((sum, { stopped }) => sum + stopped, 0),
    firstStopSeconds: earliest(groups.map(({ firstStopSeconds }) => firstStopSeconds)),
    lostHours,
    lostCost: lostHours * plan.costs.workHour,
    groups,
    overTime: overTime(stopping, window),
  };
}

/** Seconds after a Monday 00:00 UTC. */
interface Window {
  readonly from: number;
  readonly until: number;
}

interface StoppingGroup {
  readonly choice: DistributionChoice;
  readonly work: WorkingTime;
  /** When people stop, each for as many of them, within the outage, ascending. */
  readonly stops: readonly { readonly at: number; readonly people: number }[];
}

function stopsOf(
  users: number,
  work: WorkingTime,
  rules: StopRules,
  { from, until }: Window,
): StoppingGroup['stops'] {
  const steps = Math.min(users, contactAges);
  return Array.from({ length: steps }, (_, step) => {
    const contactAge = ((step + 0.5) / steps) * rules.contactIntervalSeconds;
    return { at: stopTime(from, contactAge, work, rules), people: users / steps };
  })
    .filter(({ at }) => at < until)
    .toSorted((a, b) => a.at - b.at);
}

function resultOf({ choice, work, stops }: StoppingGroup, { from, until }: Window): OutageGroup {
  const [first] = stops;
  const last = stops.at(-1);
  const lostSeconds = stops.reduce((sum, { at, people }) => sum + people * work.secondsWithin(at, until), 0);
  return {
    location: choice.location,
    workspace: choice.workspace,
    users: choice.users,
    stopped: Math.round(stops.reduce((sum, { people }) => sum + people, 0)),
    firstStopSeconds: first && first.at - from,
    lastStopSeconds: last && last.at - from,
    lostHours: lostSeconds / 3600,
  };
}

function overTime(groups: readonly StoppingGroup[], { from, until }: Window): OutageResult['overTime'] {
  return Array.from({ length: samples + 1 }, (_, sample) => {
    const atSeconds = ((until - from) * sample) / samples;
    const now = from + atSeconds;
    let people = 0;
    for (const { work, stops } of groups) {
      if (!work.isAt(now)) continue;
      for (const stop of stops) if (stop.at <= now) people += stop.people;
    }
    return { atSeconds, people: Math.round(people) };
  });
}

function usersOf(choices: readonly DistributionChoice[]): number {
  return choices.reduce((sum, { users }) => sum + users, 0);
}

function earliest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
