import { backoffMs, type Clock, isAbortError, isAppError } from '@carrel/kit';

/** What the server does when the disk cannot give data right now. */
export interface NbdReadPolicy {
  /**
   * For a failure that may pass (an `AppError` marked retryable, such as an unreachable repository): `hold` keeps
   * the request and tries again until it succeeds or the server closes, so that a guest waits instead of seeing a
   * broken disk; `fail` answers EIO at once.
   */
  readonly whenUnavailable: 'hold' | 'fail';
  /** Tries in all, at least 1, before any other failure is answered with EIO. */
  readonly attemptsWhenDamaged: number;
  /** The first wait between tries; it doubles up to `maxDelayMs`. */
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
}

/** Holds what may pass, with waits from 0.2 to 10 s; gives up on damage after three tries. */
export const defaultReadPolicy: NbdReadPolicy = {
  whenUnavailable: 'hold',
  attemptsWhenDamaged: 3,
  baseDelayMs: 200,
  maxDelayMs: 10_000,
};

export interface PatienceDeps {
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly policy: NbdReadPolicy;
  /** A request began to be held because of this error. */
  readonly onHeld: (error: unknown) => void;
  /** A request that was held is held no more, whether it succeeded or not. */
  readonly onReleased: () => void;
}

/** Runs a disk operation under the policy. Rejects with its last error, or with the signal's reason. */
export async function patiently<T>(
  operation: () => Promise<T>,
  deps: PatienceDeps,
  signal: AbortSignal,
): Promise<T> {
  let isHeld = false;
  let damagedAttempts = 0;
  try {
    for (let attempt = 1; ; attempt += 1) {
      signal.throwIfAborted();
      try {
        return await operation();
      } catch (error) {
        if (signal.aborted) throw error;
        if (mayPass(error, deps.policy)) {
          if (!isHeld) deps.onHeld(error);
          isHeld = true;
        } else {
          damagedAttempts += 1;
          if (damagedAttempts >= deps.policy.attemptsWhenDamaged || isFinal(error, deps.policy)) throw error;
        }
      }
      await deps.clock.sleep(
        backoffMs(Math.min(attempt, 30), { ...deps.policy, random: deps.random }),
        signal,
      );
    }
  } finally {
    if (isHeld) deps.onReleased();
  }
}

function mayPass(error: unknown, policy: NbdReadPolicy): boolean {
  return policy.whenUnavailable === 'hold' && isAppError(error) && error.retryable;
}

/** Another try is pointless: the disk was closed, or the policy wants unavailability answered at once. */
function isFinal(error: unknown, policy: NbdReadPolicy): boolean {
  return isAbortError(error) || (policy.whenUnavailable === 'fail' && isAppError(error) && error.retryable);
}
