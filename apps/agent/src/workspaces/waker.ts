import type { Clock } from '@carrel/kit';

const longestWaitMs = 24 * 3_600_000;

/** Lets one loop sleep until it is woken; a call that comes while it is awake is not lost. */
export class Waker {
  #isWoken = false;
  #sleep: AbortController | undefined;

  wake(): void {
    this.#isWoken = true;
    this.#sleep?.abort();
  }

  /** Resolves when woken, or when the time is up; at once when woken since the last wait. */
  async wait(clock: Clock, delayMs = longestWaitMs): Promise<void> {
    if (!this.#isWoken) {
      const sleep = new AbortController();
      this.#sleep = sleep;
      await clock.sleep(delayMs, sleep.signal).catch((error: unknown) => {
        if (!sleep.signal.aborted) throw error;
      });
      this.#sleep = undefined;
    }
    this.#isWoken = false;
  }
}
