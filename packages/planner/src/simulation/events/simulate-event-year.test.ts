import { describe, expect, it } from 'vitest';
import { smallDesign } from '../testing/small-design.ts';
import { simulateEventYear } from './simulate-event-year.ts';

const calm = { perYear: 0, hours: 0, clientShare: 0, factor: 1 };

describe('a year of events', () => {
  it('comes to what the planning guide counts, when no storms come', () => {
    // 5,000 clients × 20 events × 200 B × 90 days: 1.8 GB; 1.157 writes a second.
    const design = smallDesign({ users: 5000 });
    const [year] = simulateEventYear(design, { seed: 1, storms: calm });
    expect((year?.events.mean ?? 0) / (5000 * 20 * 365)).toBeCloseTo(1, 2);
    expect((year?.peakBytes.mean ?? 0) / 1.8e9).toBeGreaterThan(0.99);
    expect((year?.peakBytes.mean ?? 0) / 1.8e9).toBeLessThan(1.02);
    expect(year?.meanWritesPerSecond.mean).toBeCloseTo(1.157, 2);
  });

  it('is busier in working hours than on average, by the part of the week they are', () => {
    const [year] = simulateEventYear(smallDesign({ users: 5000 }), { seed: 1, storms: calm });
    // 50 hours of a week of 168.
    const ratio = (year?.peakWritesPerSecond.mean ?? 0) / (year?.meanWritesPerSecond.mean ?? 1);
    expect(ratio).toBeGreaterThan(168 / 50);
    expect(ratio).toBeLessThan((168 / 50) * 1.06);
  });

  it('is larger with storms, and the design says how much of them it holds', () => {
    const design = smallDesign({ users: 5000 });
    const [quiet] = simulateEventYear(design, { seed: 1, storms: calm });
    const [stormy] = simulateEventYear(design, { seed: 1 });
    expect(stormy?.peakBytes.mean).toBeGreaterThan(quiet?.peakBytes.mean ?? Infinity);
    expect(stormy?.peakWritesPerSecond.mean).toBeGreaterThan(
      2 * (quiet?.peakWritesPerSecond.mean ?? Infinity),
    );
    expect(stormy?.filledShare).toBeGreaterThan(0.5);
    expect(stormy?.filledShare).toBeLessThan(1);
    expect(stormy?.bytesByWeek).toHaveLength(52);
  });

  it('is the same for the same seed, and another for another', () => {
    const design = smallDesign({ users: 300 });
    expect(simulateEventYear(design, { seed: 4 })).toEqual(simulateEventYear(design, { seed: 4 }));
    expect(simulateEventYear(design, { seed: 4 })).not.toEqual(simulateEventYear(design, { seed: 5 }));
  });
});
