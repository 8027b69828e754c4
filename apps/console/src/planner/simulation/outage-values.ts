import { type Design, failingParts, type Outage } from '@carrel/planner';
import { secondsOfWeek, type WeekTime } from './week-time.ts';

/** An outage as somebody asks for it. */
export interface OutageValues {
  readonly component: Outage['component'];
  /** What of that kind fails. */
  readonly name: string;
  readonly begin: WeekTime;
  readonly hours: number;
}

/** What can fail, in the order in which it is offered. */
export const outageComponents = {
  server: 'A server',
  database: 'A database',
  repository: 'A repository',
  link: 'A link',
} as const satisfies Record<Outage['component'], string>;

/** The longest outage there is an answer for, a year. */
export const longestOutageHours = 8784;

/** A part of that kind, for as long as the plan says it takes until it is back; the first one that there is. */
export function usualOutage(design: Design, component: Outage['component']): Omit<OutageValues, 'begin'> {
  const { names, recoveryHours } = failingParts(design)[component];
  return { component, name: names[0] ?? '', hours: recoveryHours };
}

/** The outage that is asked for; `undefined` where the design has nothing of that kind and name. */
export function outageOf(
  design: Design,
  { component, name, begin, hours }: OutageValues,
): Outage | undefined {
  if (!failingParts(design)[component].names.includes(name)) return undefined;
  return { component, name, startsAtSeconds: secondsOfWeek(begin), hours };
}
