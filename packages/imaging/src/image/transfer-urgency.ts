import type { RateLimiter } from '../repository/repository.ts';

/** Whether somebody waits for a transfer; may come to be so while it runs. */
export class Urgency {
  readonly #became = new AbortController();

  /** Somebody waits for it now; whatever it waits for in the background is asked for again on demand. */
  becomeDemand(): void {
    this.#became.abort();
  }

  /** The limiter as this transfer has to ask it. */
  limit(limiter: RateLimiter, transferSignal: AbortSignal): RateLimiter {
    const isDemand = (): boolean => this.#became.signal.aborted;
    const background = AbortSignal.any([this.#became.signal, transferSignal]);
    return {
      take: async (count, signal) => {
        if (!isDemand()) {
          try {
            await limiter.take(count, background, 'background');
            return;
          } catch (error) {
            if (!isDemand() || transferSignal.aborted) throw error;
          }
        }
        await limiter.take(count, signal, 'demand');
      },
    };
  }
}
