import { backoffMs, type Clock, isAbortError, withJitter } from '@carrel/kit';

/** What a repeated contact waits for. */
export interface PaceOptions {
  readonly clock: Clock;
  readonly random: () => number;
  /** The regular interval at this moment. */
  readonly intervalMs: () => number;
  /** What the server asked for in its latest answer, once. */
  readonly takeRetryAfterMs: () => number | undefined;
}

/** The rhythm of a repeated contact: regular, slower when the server asks, backing off when it fails, at once when asked. */
export interface Pace {
  /** Waits until the next contact is due. Rejects when the signal is aborted. */
  wait(lastSucceeded: boolean, signal: AbortSignal): Promise<void>;
  /** Ends the wait, or the next one if none goes on. */
  hurry(): void;
}

const jitterShare = 0.1;
const backoff = { baseDelayMs: 1_000, maxDelayMs: 60_000 };
const longestRetryAfterMs = 24 * 3_600_000;

export function createPace(options: PaceOptions): Pace {
  let failures = 0;
  let isHurried = false;
  let wake: AbortController | undefined;

  const delayMs = (lastSucceeded: boolean): number => {
    failures = lastSucceeded ? 0 : failures + 1;
    const ownMs = lastSucceeded
      ? withJitter(options.intervalMs(), jitterShare, options.random)
      : backoffMs(Math.min(failures, 20), { ...backoff, random: options.random });
    return Math.max(ownMs, Math.min(options.takeRetryAfterMs() ?? 0, longestRetryAfterMs));
  };
  return {
    wait: async (lastSucceeded, signal) => {
      const waitMs = delayMs(lastSucceeded);
      signal.throwIfAborted();
      if (!isHurried) {
        wake = new AbortController();
        try {
          await options.clock.sleep(waitMs, AbortSignal.any([signal, wake.signal]));
        } catch (error) {
          if (!isAbortError(error) || signal.aborted) throw error;
        } finally {
          wake = undefined;
        }
      }
      isHurried = false;
    },
    hurry: () => {
      if (wake) wake.abort();
      else isHurried = true;
    },
  };
}
