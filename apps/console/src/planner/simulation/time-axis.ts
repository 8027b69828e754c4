const stepsSeconds = [60, 300, 900, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 86_400, 7 * 86_400, 28 * 86_400];
const mostTicks = 9;

/** Marks of a time axis at round times, and how they are written: minutes, hours or days. */
export function timeAxis(endSeconds: number): {
  readonly ticks: readonly number[];
  readonly format: (seconds: number) => string;
} {
  const step =
    stepsSeconds.find((each) => endSeconds / each <= mostTicks) ??
    Math.ceil(endSeconds / mostTicks / 86_400) * 86_400;
  const ticks = Array.from({ length: Math.floor(endSeconds / step) + 1 }, (_, index) => index * step);
  const [unitSeconds, unit] = step < 3600 ? [60, 'min'] : step < 86_400 ? [3600, 'h'] : [86_400, 'd'];
  return { ticks, format: (seconds) => `${seconds / unitSeconds} ${unit}` };
}
