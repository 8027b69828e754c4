import type { Clock } from '@carrel/kit';

/** A wait that can be cut short, again and again, without anything piling up over months. */
export class Nap {
  readonly #clock: Clock;
  #present = new AbortController();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** One at a time. */
  async take(durationMs: number): Promise<void> {
    const nap = new AbortController();
    this.#present = nap;
    await this.#clock.sleep(durationMs, nap.signal).catch((error: unknown) => {
      if (!nap.signal.aborted) throw error;
    });
  }

  /** Ends the present nap, if there is one. */
  wake(): void {
    this.#present.abort();
  }
}
