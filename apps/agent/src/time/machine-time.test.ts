import { expect, it } from 'vitest';
import { createMachineTime, createSleepWatch } from './machine-time.ts';

it('tells how long the computer slept, once, and not how its clocks are rounded', () => {
  let [withSleep, awake] = [1_000_000, 400_000];
  const sleptMs = createSleepWatch({ withSleep: () => withSleep, awake: () => awake });
  const pass = (realMs: number, awakeMs: number): number => {
    withSleep += realMs;
    awake += awakeMs;
    return sleptMs();
  };
  expect(pass(5_000, 5_010)).toBe(0);
  expect(pass(5_020, 5_000)).toBe(0);
  expect(pass(3_605_000, 5_000)).toBe(3_600_000);
  expect(pass(5_000, 5_000)).toBe(0);
});

it('does not take this computer for one that slept', () => {
  expect(createSleepWatch()()).toBe(0);
});

it('reads clocks that go on, of one and the same start', () => {
  const read = createMachineTime();
  const [first, second] = [read(), read()];
  expect(second.bootId).toBe(first.bootId);
  expect(second.monotonicMs).toBeGreaterThanOrEqual(first.monotonicMs);
});
