import type { RateLimiter } from '../repository/repository.ts';

/**
 * The limit of a transfer that several came to wait for, each with a limiter of its own: it goes on as soon as one of
 * them lets it. So what was begun for a peer, and is held, flows when a guest of this computer comes to need it.
 */
export class JoinedLimiter implements RateLimiter {
  readonly #limiters = new Set<RateLimiter | undefined>();
  readonly #asking = new Set<(limiter: RateLimiter | undefined) => void>();

  /** @param limiter none lets everything through */
  join(limiter: RateLimiter | undefined): void {
    if (this.#limiters.has(limiter)) return;
    this.#limiters.add(limiter);
    for (const ask of this.#asking) ask(limiter);
  }

  async take(count: number, signal?: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    const granted = new AbortController();
    const either = signal ? AbortSignal.any([signal, granted.signal]) : granted.signal;
    let asked = 0;
    const ask = (limiter: RateLimiter | undefined): void => {
      asked += 1;
      const taking = limiter?.take(count, either) ?? Promise.resolve();
      taking.then(
        () => {
          granted.abort();
          resolve(undefined);
        },
        (error: unknown) => {
          if (granted.signal.aborted) return;
          // One who waits no more holds nobody up while others do.
          asked -= 1;
          this.#limiters.delete(limiter);
          if (asked === 0 || signal?.aborted) reject(error);
        },
      );
    };
    // Not all who are asked listen to it.
    const onAbort = (): void => reject(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    this.#asking.add(ask);
    try {
      signal?.throwIfAborted();
      if (this.#limiters.size === 0) throw new DOMException('Nobody waits for it any more.', 'AbortError');
      for (const limiter of [...this.#limiters]) ask(limiter);
      await promise;
    } finally {
      this.#asking.delete(ask);
      signal?.removeEventListener('abort', onAbort);
    }
  }
}
