import type { Stream } from './stream.ts';

/** What some streams want when each client may have at most `level`, and how that grows with the level. */
export interface Demand {
  rate: number;
  slope: number;
}

/** Adds what the streams want at a level to a demand. */
export function addDemand(demand: Demand, streams: readonly Stream[], level: number, limit: number): void {
  let rate = 0;
  let slope = 0;
  for (const { active, group } of streams) {
    if (active === 0) continue;
    if (group.maxBytesPerSecond > level) {
      rate += active * level;
      slope += active;
    } else rate += active * group.maxBytesPerSecond;
  }
  if (rate >= limit) demand.rate += limit;
  else {
    demand.rate += rate;
    demand.slope += slope;
  }
}

/**
 * The highest level at which a demand keeps within a limit; `Infinity` where it does at any. The demand must be
 * concave in the level, so that Newton's steps come from below, never beyond, and end after a few.
 *
 * @param from a level that is not too high
 */
export function levelWithin(limit: number, from: number, demandAt: (level: number) => Demand): number {
  let level = from;
  for (;;) {
    const { rate, slope } = demandAt(level);
    if (slope === 0) return rate <= limit * (1 + 1e-12) ? Infinity : level;
    const next = level + (limit - rate) / slope;
    if (next <= level * (1 + 1e-13)) return level;
    level = next;
  }
}
