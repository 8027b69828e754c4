import { type Load, loadOf, type Resource, resources } from '../load.ts';

/** What something uses of each resource in each interval of a time. */
export interface LoadSeries {
  readonly intervalCount: number;
  /** All intervals of the first resource, then of the second, and so on in the order of `resources`. */
  readonly values: Float64Array;
}

/** The sum of series over the same time. */
export function sumSeries(series: readonly LoadSeries[], intervalCount: number): LoadSeries {
  const values = new Float64Array(resources.length * intervalCount);
  for (const each of series) {
    for (let index = 0; index < values.length; index += 1) {
      values[index] = (values[index] ?? 0) + (each.values[index] ?? 0);
    }
  }
  return { intervalCount, values };
}

/** The highest of each resource, each at its own time. */
export function peakOf({ intervalCount, values }: LoadSeries): Load {
  return reduceSeries(intervalCount, values, (part) =>
    part.reduce((highest, value) => Math.max(highest, value), 0),
  );
}

/** The mean of each resource. */
export function meanOf({ intervalCount, values }: LoadSeries): Load {
  return reduceSeries(intervalCount, values, (part) =>
    part.length === 0 ? 0 : part.reduce((sum, value) => sum + value, 0) / part.length,
  );
}

function reduceSeries(count: number, values: Float64Array, reduce: (part: Float64Array) => number): Load {
  return loadOf((_, index) => reduce(values.subarray(index * count, (index + 1) * count)));
}

/** A resource that a set of guests has too little of. */
export interface Breach {
  readonly resource: Resource;
  /** In how many intervals. */
  readonly intervals: number;
  readonly peak: number;
  readonly limit: number;
}

/** Where a series is above a limit in some interval (W7); equal is not above. */
export function breachesOf(series: LoadSeries, limit: Load): Breach[] {
  const peak = peakOf(series);
  return resources.flatMap((resource, index) => {
    const part = series.values.subarray(index * series.intervalCount, (index + 1) * series.intervalCount);
    const intervals = part.filter((value) => isAbove(value, limit[resource])).length;
    return intervals === 0 ? [] : [{ resource, intervals, peak: peak[resource], limit: limit[resource] }];
  });
}

/** Sums of many loads round differently by their order; a billionth of the limit is not above it. */
export function isAbove(value: number, limit: number): boolean {
  return value > limit + limit * 1e-9;
}
