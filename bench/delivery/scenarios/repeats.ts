/** What takes less is measured several times; the median counts. */
export const shortSeconds = 10;
export const repeatCount = 3;

/** The middle one; of an even number the smaller of the two. */
export function median(values: readonly number[]): number {
  return middleRun(values.map((seconds) => ({ seconds }))).seconds;
}

/** The middle one by the clock; of an even number the shorter of the two. */
export function middleRun<Run extends { readonly seconds: number }>(runs: readonly Run[]): Run {
  const middle = runs.toSorted((a, b) => a.seconds - b.seconds)[Math.floor((runs.length - 1) / 2)];
  if (middle === undefined) throw new Error('nothing was measured');
  return middle;
}
