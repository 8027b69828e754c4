/** A figure of several runs: their mean, and where 95 of 100 such means would lie. */
export interface Band {
  readonly mean: number;
  /** Equal to the mean where there was one run. */
  readonly low: number;
  readonly high: number;
}

/** Two-sided 95 % points of Student's t for 1, 2, … degrees of freedom. */
const studentPoints = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
  2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/** @param values one of each run; `Infinity` in any of them makes the band endless */
export function bandOf(values: readonly number[]): Band {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  if (count < 2 || !Number.isFinite(mean)) return { mean, low: mean, high: mean };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
  const point = studentPoints[count - 2] ?? 1.96;
  const half = point * Math.sqrt(variance / count);
  return { mean, low: Math.max(0, mean - half), high: mean + half };
}
