import { fail, parseTransferRate } from '@carrel/contract';
import { type AdjustableRateLimiter, createRateLimiter, type RateLimiter } from '@carrel/imaging';
import type { Clock } from '@carrel/kit';
import { z } from 'zod';
import type { Facts } from '../store/facts.ts';

/** How fast images may come to this computer. Workspaces whose policies have the same rules share one rate. */
export interface Transfers {
  /** A person held all transfers that nobody waits for. */
  readonly isPaused: boolean;
  /** Kept over restarts. */
  setPaused(isPaused: boolean): void;
  /**
   * The limiter of transfers under these rules of a policy.
   *
   * @param rate see `transferRateSchema`
   */
  limiter(rate: string): RateLimiter;
  /** What background transfers may do under these rules at this moment. */
  allowance(rate: string): TransferAllowance;
}

/** `bytesPerSecond` is of the line; `undefined` where nothing limits it, or the line was not measured yet. */
export type TransferAllowance =
  | { readonly kind: 'held' }
  | { readonly kind: 'flowing'; readonly bytesPerSecond: number | undefined };

const pausedFact = 'transfers-paused';

export function createTransfers(facts: Facts, clock: Clock): Transfers {
  const limiters = new Map<string, AdjustableRateLimiter>();
  let isPaused = facts.read(pausedFact, z.boolean()) ?? false;
  const limiter = (rate: string): AdjustableRateLimiter => {
    const known = limiters.get(rate);
    if (known) return known;
    const rules = parseTransferRate(rate);
    if (!rules) throw fail('REQUEST_INVALID', { reason: `${rate} is no transfer rate` });
    const made = createRateLimiter({ rate: rules, clock });
    if (isPaused) made.pause();
    limiters.set(rate, made);
    return made;
  };
  return {
    get isPaused() {
      return isPaused;
    },
    setPaused: (wanted) => {
      facts.write(pausedFact, wanted);
      isPaused = wanted;
      for (const each of limiters.values()) {
        if (wanted) each.pause();
        else each.resume();
      }
    },
    limiter,
    allowance: (rate) => (isPaused ? { kind: 'held' } : allowanceOf(limiter(rate))),
  };
}

function allowanceOf({ speed, lineBytesPerSecond }: AdjustableRateLimiter): TransferAllowance {
  switch (speed.kind) {
    case 'off':
      return { kind: 'held' };
    case 'unlimited':
      return { kind: 'flowing', bytesPerSecond: undefined };
    case 'absolute':
      return { kind: 'flowing', bytesPerSecond: speed.bytesPerSecond };
    case 'share': {
      const share = lineBytesPerSecond && (lineBytesPerSecond * speed.percent) / 100;
      return { kind: 'flowing', bytesPerSecond: share };
    }
  }
}
