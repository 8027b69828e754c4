import { type Load, resources } from '../load.ts';
import { type LoadSeries, meanOf, peakOf, sumSeries } from '../series/index.ts';

/** What is placed as a whole: one candidate, or several that stay together. */
export interface Guest {
  /** Of one candidate its name; of several, in order. */
  readonly names: readonly string[];
  readonly series: LoadSeries;
  readonly peak: Load;
  readonly mean: Load;
  readonly diskGb: number;
  readonly virtualProcessors: number;
  /** Sets of which only so many share a host, with how many of them this is. */
  readonly spreads: readonly Spread[];
}

export interface Spread {
  readonly set: string;
  readonly count: number;
  /** How many may share a host. */
  readonly limit: number;
}

/** A candidate, as placing it needs it. */
export interface GuestInput {
  readonly name: string;
  readonly series: LoadSeries;
  readonly diskGb: number;
  readonly virtualProcessors: number;
  readonly together: string;
  readonly spread: string;
  readonly spreadLimit: number;
}

/** Makes one guest of those that stay together; the order of the input does not matter. */
export function makeGuests(inputs: readonly GuestInput[], intervalCount: number): Guest[] {
  const sorted = inputs.toSorted((a, b) => compareText(a.name, b.name));
  const sets = Map.groupBy(sorted, ({ name, together }) => (together === '' ? `\0${name}` : together));
  return [...sets.values()].map((members) => {
    const [only, ...others] = members;
    const series =
      only !== undefined && others.length === 0
        ? only.series
        : sumSeries(
            members.map((each) => each.series),
            intervalCount,
          );
    return {
      names: members.map(({ name }) => name),
      series,
      peak: peakOf(series),
      mean: meanOf(series),
      diskGb: members.reduce((sum, { diskGb }) => sum + diskGb, 0),
      virtualProcessors: members.reduce((sum, { virtualProcessors }) => sum + virtualProcessors, 0),
      spreads: spreadsOf(members),
    };
  });
}

/** By UTF-16 code units: the same on every machine, whatever its language. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The largest part of its host that a guest needs of any resource at its peak. */
export function dominantShare(guest: Guest, limit: Load): number {
  return Math.max(...resources.map((resource) => shareOf(guest.peak[resource], limit[resource])));
}

/** A part of a limit; nothing of nothing is nothing. */
export function shareOf(value: number, limit: number): number {
  return value === 0 ? 0 : value / limit;
}

function spreadsOf(members: readonly GuestInput[]): Spread[] {
  const sets = Map.groupBy(
    members.filter(({ spread }) => spread !== ''),
    ({ spread }) => spread,
  );
  return [...sets].map(([set, each]) => ({
    set,
    count: each.length,
    limit: Math.min(...each.map(({ spreadLimit }) => spreadLimit)),
  }));
}
