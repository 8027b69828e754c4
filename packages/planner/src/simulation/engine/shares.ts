/** What some clients want when each may have at most `level`, and how that grows with the level. */
export interface Demand {
  rate: number;
  slope: number;
}

/**
 * The highest level at which a demand keeps within a limit; `Infinity` where it does at any. The demand must be
 * concave in the level: Newton's steps then lead below the level sought from wherever they begin, from there on never
 * beyond it, and end after a few.
 *
 * @param guess the nearer to the level sought, the fewer steps
 */
export function levelWithin(limit: number, guess: number, demandAt: (level: number) => Demand): number {
  let level = guess;
  for (;;) {
    const { rate, slope } = demandAt(level);
    const isBeyond = rate > limit * (1 + 1e-12);
    if (slope === 0) {
      if (!isBeyond || level === 0) return isBeyond ? 0 : Infinity;
      level = 0;
      continue;
    }
    const next = Math.max(0, level + (limit - rate) / slope);
    if (isBeyond ? next >= level : next <= level * (1 + 1e-13)) return level;
    level = next;
  }
}
