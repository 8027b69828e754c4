import { formatTransferRate, type TransferRate } from '@carrel/contract';
import type { Delivery, Location, Weekday } from '../plan-file/index.ts';

type TransferRule = TransferRate[number];

/** In the order of a week that begins on Monday, with the numbers of transfer rules. */
const week: readonly (readonly [Weekday, number])[] = [
  ['monday', 1],
  ['tuesday', 2],
  ['wednesday', 3],
  ['thursday', 4],
  ['friday', 5],
  ['saturday', 6],
  ['sunday', 0],
];
const minutesPerDay = 24 * 60;

/**
 * The rate at which computers of these locations may load, as the policy of a workspace takes it. Where working hours
 * differ, those of all count: a policy knows no places, only the local clock.
 */
export function transferRulesOf(delivery: Delivery, locations: readonly Location[]): string {
  const working = speedOf(delivery.workingHoursShare, delivery);
  const free = speedOf(delivery.offHoursShare, delivery);
  return formatTransferRate([
    ...windowsOf(locations).map((window) => ({ ...window, speed: working })),
    { speed: free },
  ]);
}

function speedOf(share: number, { maxRateMbitPerSecond }: Delivery): TransferRule['speed'] {
  if (share === 0) return { kind: 'off' };
  if (maxRateMbitPerSecond !== null) {
    return { kind: 'absolute', bytesPerSecond: Math.max(1, Math.floor((maxRateMbitPerSecond * 1e6) / 8)) };
  }
  if (share === 1) return { kind: 'unlimited' };
  return { kind: 'share', percent: Math.min(100, Math.max(1, Math.round(share * 100))) };
}

/** The hours in which somebody works somewhere: from the first start to the last end, on the days of any. */
function windowsOf(locations: readonly Location[]): Omit<TransferRule, 'speed'>[] {
  const hours = locations.map(({ workingHours }) => workingHours).filter(({ days }) => days.length > 0);
  if (hours.length === 0) return [];
  const from = Math.min(...hours.map(({ start }) => minuteOf(start)));
  const to = Math.max(...hours.map(({ end }) => minuteOf(end)));
  const minutes = from === 0 && to === minutesPerDay ? {} : { minutes: { from, to } };
  const worked = new Set(hours.flatMap(({ days }) => days));
  return dayRanges(worked).map((days) => ({ ...(days && { days }), ...minutes }));
}

/** Runs of days; one without days for all of them. */
function dayRanges(worked: ReadonlySet<Weekday>): (TransferRule['days'] | undefined)[] {
  if (worked.size === week.length) return [undefined];
  const ranges: { first: number; last: number }[] = [];
  let isOpen = false;
  for (const [day, number] of week) {
    const last = ranges.at(-1);
    if (!worked.has(day)) isOpen = false;
    else if (isOpen && last) last.last = number;
    else {
      ranges.push({ first: number, last: number });
      isOpen = true;
    }
  }
  return ranges;
}

function minuteOf(time: string): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return hour * 60 + minute;
}
