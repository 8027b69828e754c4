import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Durations } from './durations.ts';

it('has nothing to say of nothing', () => {
  expect(new Durations().summary()).toBeNull();
});

it('tells median and 95th percentile within 3 % of what they are', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0.01, max: 1e6, noNaN: true }), { minLength: 1 }), (values) => {
      const durations = new Durations();
      for (const value of values) durations.add(value);
      const summary = durations.summary();
      const sorted = values.toSorted((a, b) => a - b);
      const at = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
      expect(summary?.longestSeconds).toBe(sorted.at(-1));
      expect(Math.abs((summary?.medianSeconds ?? 0) / at(0.5) - 1)).toBeLessThan(0.0301);
      expect(Math.abs((summary?.p95Seconds ?? 0) / at(0.95) - 1)).toBeLessThan(0.0301);
    }),
  );
});
