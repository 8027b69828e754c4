import { type Clock, systemClock } from '@carrel/kit';
import type { RateLimiter } from '../repository/repository.ts';

/** Lets bytes through at a steady rate, whoever asks; a quarter of a second's worth may be taken at once. */
export class TokenBucket implements RateLimiter {
  readonly #rateBytesPerSecond: number;
  readonly #clock: Clock;
  /** When everything taken so far has been paid for. */
  #paidAtMs: number;

  constructor(rateBytesPerSecond: number, clock: Clock = systemClock) {
    if (!(rateBytesPerSecond > 0)) throw new RangeError('A rate must be above zero.');
    this.#rateBytesPerSecond = rateBytesPerSecond;
    this.#clock = clock;
    this.#paidAtMs = clock.monotonicMs();
  }

  async take(count: number, signal?: AbortSignal): Promise<void> {
    const nowMs = this.#clock.monotonicMs();
    this.#paidAtMs = Math.max(this.#paidAtMs, nowMs - 250) + (count / this.#rateBytesPerSecond) * 1000;
    const waitMs = this.#paidAtMs - nowMs;
    if (waitMs > 0) await this.#clock.sleep(waitMs, signal);
  }
}
