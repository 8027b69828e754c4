import type { Clock } from '../time/clock.ts';

export interface RateReading {
  readonly rateBytesPerSecond: number;
  /** `undefined` while nothing moves or the total is unknown. */
  readonly remainingMs: number | undefined;
}

/** Measures throughput over a sliding window, so that a stall shows within seconds. */
export class RateMeter {
  readonly #clock: Clock;
  readonly #windowMs: number;
  #samples: { atMs: number; doneBytes: number }[] = [];

  constructor(clock: Clock, windowMs = 5_000) {
    this.#clock = clock;
    this.#windowMs = windowMs;
  }

  /** Takes the number of bytes done so far and gives the present rate. */
  read(doneBytes: number, totalBytes?: number): RateReading {
    const nowMs = this.#clock.monotonicMs();
    this.#samples.push({ atMs: nowMs, doneBytes });
    const isInWindow = (sample: { atMs: number }): boolean => nowMs - sample.atMs <= this.#windowMs;
    const firstInside = this.#samples.findIndex(isInWindow);
    this.#samples = this.#samples.slice(Math.max(0, firstInside - 1));
    const oldest = this.#samples[0] ?? { atMs: nowMs, doneBytes };
    const elapsedMs = nowMs - oldest.atMs;
    const rate = elapsedMs > 0 ? ((doneBytes - oldest.doneBytes) * 1000) / elapsedMs : 0;
    const isMeasurable = rate > 0 && totalBytes !== undefined;
    return {
      rateBytesPerSecond: rate,
      remainingMs: isMeasurable ? ((totalBytes - doneBytes) * 1000) / rate : undefined,
    };
  }
}
