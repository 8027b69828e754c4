import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  type FailureRecord,
  failuresAllowed,
  failureWindowMs,
  isLocked,
  lockoutMs,
  noFailures,
  recordFailure,
} from './lockout.ts';

function fail(times: number, start: FailureRecord, nowMs: number): FailureRecord {
  let record = start;
  for (let time = 0; time < times; time += 1) record = recordFailure(record, nowMs);
  return record;
}

it('locks at the fifth failure and opens after the lock time', () => {
  expect(isLocked(fail(failuresAllowed - 1, noFailures, 0), 0)).toBe(false);
  const locked = fail(failuresAllowed, noFailures, 0);
  expect(isLocked(locked, lockoutMs - 1)).toBe(true);
  expect(isLocked(locked, lockoutMs)).toBe(false);
});

it('forgets failures that lie further back than the window', () => {
  const record = fail(failuresAllowed - 1, noFailures, 0);
  expect(recordFailure(record, failureWindowMs + 1).count).toBe(1);
});

it('begins to count anew after a lock', () => {
  const locked = fail(failuresAllowed, noFailures, 0);
  const after = recordFailure(locked, lockoutMs);
  expect(after).toEqual({ count: 1, lastAtMs: lockoutMs, lockedUntilMs: null });
});

it('never lengthens a lock, however many failures come', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: lockoutMs - 1 })), (times) => {
      let record = fail(failuresAllowed, noFailures, 0);
      for (const time of times.toSorted((a, b) => a - b)) record = recordFailure(record, time);
      expect(isLocked(record, lockoutMs)).toBe(false);
    }),
  );
});
