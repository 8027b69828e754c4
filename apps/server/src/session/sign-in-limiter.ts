import { fail } from '@carrel/contract';
import type { Clock } from '@carrel/kit';

/** Holds back an address that tries too many passwords, whichever the accounts. */
export interface SignInLimiter {
  /**
   * Counts one try.
   *
   * @throws {REQUEST_LIMITED} with the seconds to wait
   */
  admit(address: string): void;
}

export const triesAllowed = 30;
export const limiterWindowMs = 60_000;
/** Memory stays bounded: beyond this the addresses heard of longest ago are forgotten. */
const addressesKept = 10_000;

/** A fixed window for each address, in this process's memory. */
export function createSignInLimiter(clock: Pick<Clock, 'monotonicMs'>): SignInLimiter {
  const windows = new Map<string, { startMs: number; tries: number }>();
  return {
    admit: (address) => {
      const nowMs = clock.monotonicMs();
      const known = windows.get(address);
      const window = known && nowMs - known.startMs < limiterWindowMs ? known : { startMs: nowMs, tries: 0 };
      if (window !== known) {
        windows.delete(address);
        windows.set(address, window);
        forgetOldest(windows);
      }
      window.tries += 1;
      if (window.tries <= triesAllowed) return;
      const retryAfterSeconds = Math.ceil((window.startMs + limiterWindowMs - nowMs) / 1000);
      throw fail('REQUEST_LIMITED', { retryAfterSeconds });
    },
  };
}

function forgetOldest(windows: Map<string, unknown>): void {
  if (windows.size <= addressesKept) return;
  const [oldest] = windows.keys();
  if (oldest !== undefined) windows.delete(oldest);
}
