import { abortReason } from '@carrel/kit';
import type { Pace } from './pace.ts';

/** The regular contact with the server. */
export interface SyncLoop {
  /** Runs until the signal is aborted. */
  run(signal: AbortSignal): Promise<void>;
  /**
   * Makes contact now and resolves when one that began after this call has ended.
   *
   * @throws what the contact failed with, or AbortError when the loop has ended
   */
  syncNow(): Promise<void>;
}

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** @param sync one contact; failures are told to `onFailure` and to who asked, and tried again at the given pace */
export function createSyncLoop(
  sync: (signal: AbortSignal) => Promise<void>,
  pace: Pace,
  onFailure: (error: unknown) => void,
): SyncLoop {
  const waiters: Waiter[] = [];
  /** Aborted once the loop has ended: nobody would answer who asks then. */
  const ended = new AbortController();
  const attempt = async (signal: AbortSignal): Promise<boolean> => {
    const served = waiters.splice(0);
    try {
      await sync(signal);
      for (const waiter of served) waiter.resolve();
      return true;
    } catch (error) {
      for (const waiter of served) waiter.reject(error);
      if (signal.aborted) throw error;
      onFailure(error);
      return false;
    }
  };
  return {
    run: async (signal) => {
      try {
        while (!signal.aborted) await pace.wait(await attempt(signal), signal);
      } finally {
        ended.abort(abortReason(signal));
        for (const waiter of waiters.splice(0)) waiter.reject(abortReason(signal));
      }
    },
    syncNow: () =>
      new Promise((resolve, reject) => {
        if (ended.signal.aborted) {
          reject(abortReason(ended.signal));
          return;
        }
        waiters.push({ resolve, reject });
        pace.hurry();
      }),
  };
}
