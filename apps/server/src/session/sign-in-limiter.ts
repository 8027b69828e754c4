import { fail } from '@carrel/contract';
import type { Clock } from '@carrel/kit';
import { createTryWindow } from './try-window.ts';

/** Somebody tries to sign in. */
export interface SignInTry {
  /** Where it comes from: an IP address, or `device ID` of a computer that has proven which one it is. */
  readonly address: string;
  /** The account as it was typed. */
  readonly account: string;
}

/**
 * Holds back who tries too often, and keeps the work that passwords make within bounds: however many tries come, from
 * however many addresses at however many accounts, only a few passwords are hashed at a time and few wait.
 */
export interface SignInLimiter {
  /**
   * Counts a try of something that can be guessed, for its address alone.
   *
   * @throws {REQUEST_LIMITED} with the seconds to wait
   */
  admit(address: string): void;
  /**
   * Counts a try for its address and its account, then does the work when its turn comes.
   *
   * @throws {REQUEST_LIMITED} with the seconds to wait; nothing was done
   */
  attempt<T>(signIn: SignInTry, work: () => Promise<T>): Promise<T>;
}

export const limiterWindowMs = 60_000;
/** Tries from one address in a window, whichever the accounts, unless something else is set. */
export const triesAllowed = 30;
/** Tries at one account in a window, whichever the addresses. More than anybody types, fewer than a guess needs. */
export const triesAtAccountAllowed = 20;
/** Passwords hashed at a time: as many as Node has threads for it. Each takes 19 MiB. */
const atATime = 4;
/** Tries that wait for their turn: what is done in a few seconds. */
const waitingAllowed = 64;
const busyRetrySeconds = 5;

export interface SignInLimiterOptions {
  readonly clock: Pick<Clock, 'monotonicMs'>;
  /** Tries allowed from one address in a minute, as the settings have it. */
  readonly triesPerMinute?: () => Promise<number>;
  /** Told once a window when an address or an account reaches its limit. */
  readonly onLimited?: (signIn: SignInTry, limit: 'address' | 'account') => Promise<void>;
}

/** Counts in fixed windows, in this process's memory. */
export function createSignInLimiter(options: SignInLimiterOptions): SignInLimiter {
  const { clock, triesPerMinute, onLimited } = options;
  const addresses = createTryWindow(clock, limiterWindowMs);
  const accounts = createTryWindow(clock, limiterWindowMs);
  const turns = createTurns();
  let allowed = triesAllowed;

  return {
    admit: (address) => {
      const { tries, retryAfterSeconds } = addresses.count(address);
      if (tries > allowed) throw fail('REQUEST_LIMITED', { retryAfterSeconds });
    },
    attempt: async (signIn, work) => {
      allowed = (await triesPerMinute?.()) ?? triesAllowed;
      const limits = [
        { limit: 'address', most: allowed, count: () => addresses.count(signIn.address) },
        { limit: 'account', most: triesAtAccountAllowed, count: () => accounts.count(keyOf(signIn.account)) },
      ] as const;
      // What an address is refused does not count for the account: nobody is kept out by a single computer for long.
      for (const { limit, most, count } of limits) {
        const { tries, retryAfterSeconds } = count();
        if (tries <= most) continue;
        if (tries === most + 1) await onLimited?.(signIn, limit);
        throw fail('REQUEST_LIMITED', { retryAfterSeconds });
      }
      return turns.take(work);
    },
  };
}

/** The same account in whatever case it is typed; never longer than a name can be. */
function keyOf(account: string): string {
  return account.normalize('NFKC').toLowerCase().slice(0, 400);
}

/** Work that is done a few at a time. */
function createTurns(): { take<T>(work: () => Promise<T>): Promise<T> } {
  const waiting: (() => void)[] = [];
  let running = 0;
  return {
    take: async (work) => {
      if (running >= atATime) {
        if (waiting.length >= waitingAllowed) {
          throw fail('REQUEST_LIMITED', { retryAfterSeconds: busyRetrySeconds });
        }
        // Whoever ends hands its place on, so that nobody comes in between.
        await new Promise<void>((resolve) => waiting.push(resolve));
      } else {
        running += 1;
      }
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next) next();
        else running -= 1;
      }
    },
  };
}
