import { abortReason, type Clock } from './clock.ts';

interface Sleeper {
  readonly dueMs: number;
  readonly wake: () => void;
}

/** A clock that stands still until it is told otherwise. */
export interface ManualClock extends Clock {
  /** Lets time pass: both clocks advance and due sleepers wake, in order. */
  advance(durationMs: number): Promise<void>;
  /** Sets the wall clock only, as a person or a time server would. */
  setWallClock(nowMs: number): void;
}

export function createManualClock(startMs = 0): ManualClock {
  let wallMs = startMs;
  let monotonicMs = 0;
  let sleepers: Sleeper[] = [];

  return {
    nowMs: () => wallMs,
    monotonicMs: () => monotonicMs,
    sleep: (delayMs, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(abortReason(signal));
          return;
        }
        const sleeper: Sleeper = { dueMs: monotonicMs + delayMs, wake: resolve };
        sleepers.push(sleeper);
        signal?.addEventListener('abort', () => {
          sleepers = sleepers.filter((other) => other !== sleeper);
          reject(abortReason(signal));
        });
      }),
    advance: async (durationMs) => {
      const endMs = monotonicMs + durationMs;
      for (;;) {
        const next = sleepers.toSorted((a, b) => a.dueMs - b.dueMs).find((sleeper) => sleeper.dueMs <= endMs);
        if (!next) break;
        sleepers = sleepers.filter((other) => other !== next);
        wallMs += Math.max(0, next.dueMs - monotonicMs);
        monotonicMs = Math.max(monotonicMs, next.dueMs);
        next.wake();
        await Promise.resolve();
      }
      wallMs += endMs - monotonicMs;
      monotonicMs = endMs;
    },
    setWallClock: (nowMs) => {
      wallMs = nowMs;
    },
  };
}
