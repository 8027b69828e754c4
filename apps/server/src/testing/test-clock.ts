import { type Clock, systemClock } from '@carrel/kit';

/** The machine's clock, which tests can set ahead. */
export interface TestClock extends Clock {
  advance(durationMs: number): void;
}

export function createTestClock(): TestClock {
  let aheadMs = 0;
  return {
    ...systemClock,
    nowMs: () => systemClock.nowMs() + aheadMs,
    monotonicMs: () => systemClock.monotonicMs() + aheadMs,
    advance: (durationMs) => {
      aheadMs += durationMs;
    },
  };
}
