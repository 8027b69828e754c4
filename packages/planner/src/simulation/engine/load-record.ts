/** How much something carried over time, in a bounded number of samples that get wider as time goes on. */
export class LoadRecord {
  readonly #bytes: Float64Array;
  #widthSeconds = 1;
  #timeSeconds = 0;
  #rate = 0;
  #peakRate = 0;
  #totalBytes = 0;

  /** @param samples at most; even */
  constructor(samples: number) {
    this.#bytes = new Float64Array(samples);
  }

  /** Bytes a second right now. */
  get rate(): number {
    return this.#rate;
  }

  /** The most that it carried for any time at all. */
  get peakRate(): number {
    return this.#peakRate;
  }

  get totalBytes(): number {
    return this.#totalBytes;
  }

  /** From this moment on it carries so many bytes a second. Time does not go back. */
  setRate(timeSeconds: number, rate: number): void {
    this.#advance(timeSeconds);
    this.#rate = rate;
  }

  /** Means over equal stretches from 0 on, as far as anything was carried. */
  samples(timeSeconds: number): { readonly widthSeconds: number; readonly bytesPerSecond: number[] } {
    this.#advance(timeSeconds);
    const used = this.#bytes.findLastIndex((bytes) => bytes > 0) + 1;
    const means = this.#bytes.subarray(0, used);
    return { widthSeconds: this.#widthSeconds, bytesPerSecond: Array.from(means, this.#mean) };
  }

  readonly #mean = (bytes: number): number => bytes / this.#widthSeconds;

  #advance(until: number): void {
    const from = this.#timeSeconds;
    if (until <= from) return;
    this.#timeSeconds = until;
    if (this.#rate === 0) return;
    if (this.#rate > this.#peakRate) this.#peakRate = this.#rate;
    this.#totalBytes += this.#rate * (until - from);
    while (until > this.#widthSeconds * this.#bytes.length) this.#widen();
    const width = this.#widthSeconds;
    const last = Math.min(Math.floor(until / width), this.#bytes.length - 1);
    for (let sample = Math.floor(from / width); sample <= last; sample += 1) {
      const seconds = Math.min(until, (sample + 1) * width) - Math.max(from, sample * width);
      if (seconds > 0) this.#bytes[sample] = (this.#bytes[sample] ?? 0) + this.#rate * seconds;
    }
  }

  /** Two samples become one. */
  #widen(): void {
    const half = this.#bytes.length / 2;
    for (let at = 0; at < half; at += 1) {
      this.#bytes[at] = (this.#bytes[2 * at] ?? 0) + (this.#bytes[2 * at + 1] ?? 0);
    }
    this.#bytes.fill(0, half);
    this.#widthSeconds *= 2;
  }
}
