import { type AppError, backoffMs, type Clock } from '@carrel/kit';

const limits = { baseDelayMs: 5_000, maxDelayMs: 5 * 60_000 };

/** When a fetch that failed is tried again, and why it failed. */
export class FetchRetry {
  readonly #clock: Clock;
  readonly #random: () => number;
  #failures = 0;
  #retryAtMs = 0;
  #error: AppError | undefined;

  constructor(clock: Clock, random: () => number) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Monotonic. */
  get retryAtMs(): number {
    return this.#retryAtMs;
  }

  get error(): AppError | undefined {
    return this.#error;
  }

  /** @param error `undefined` where nothing but time is needed */
  failed(error: AppError | undefined): void {
    this.#failures += 1;
    const delayMs = backoffMs(Math.min(this.#failures, 20), { ...limits, random: this.#random });
    this.#retryAtMs = this.#clock.monotonicMs() + delayMs;
    this.#error = error;
  }

  reset(): void {
    this.#failures = 0;
    this.#retryAtMs = 0;
    this.#error = undefined;
  }
}
