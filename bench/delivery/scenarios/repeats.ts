/** What takes less is measured several times; the median counts. */
export const shortSeconds = 10;
export const repeatCount = 3;

/** The middle one; of an even number the smaller of the two. */
export function median(values: readonly number[]): number {
  const middle = values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
  if (middle === undefined) throw new Error('nothing was measured');
  return middle;
}
