/** How much each line carried over time, in a bounded number of samples that get wider as time goes on. */
export class LoadRecords {
  readonly #lineCount: number;
  readonly #sampleCount: number;
  /** Sample by sample, since all lines are at about the same one. */
  readonly #bytes: Float64Array;
  readonly #widthSeconds: Float64Array;
  readonly #timeSeconds: Float64Array;
  readonly #rate: Float64Array;
  readonly #peakRate: Float64Array;
  readonly #totalBytes: Float64Array;

  /** @param sampleCount of each line, at most; even */
  constructor(lineCount: number, sampleCount: number) {
    this.#lineCount = lineCount;
    this.#sampleCount = sampleCount;
    this.#bytes = new Float64Array(lineCount * sampleCount);
    this.#widthSeconds = new Float64Array(lineCount).fill(1);
    this.#timeSeconds = new Float64Array(lineCount);
    this.#rate = new Float64Array(lineCount);
    this.#peakRate = new Float64Array(lineCount);
    this.#totalBytes = new Float64Array(lineCount);
  }

  /** Bytes a second right now. */
  rate(line: number): number {
    return this.#rate[line] ?? 0;
  }

  /** The most that it carried for any time at all. */
  peakRate(line: number): number {
    return this.#peakRate[line] ?? 0;
  }

  totalBytes(line: number): number {
    return this.#totalBytes[line] ?? 0;
  }

  /** From this moment on it carries so many bytes a second. Time does not go back. */
  setRate(line: number, timeSeconds: number, rate: number): void {
    this.#advance(line, timeSeconds);
    this.#rate[line] = rate;
  }

  /** Means over equal stretches from 0 on, as far as anything was carried. */
  samples(
    line: number,
    timeSeconds: number,
  ): { readonly widthSeconds: number; readonly bytesPerSecond: number[] } {
    this.#advance(line, timeSeconds);
    const widthSeconds = this.#widthSeconds[line] ?? 0;
    const means = Array.from(
      { length: this.#sampleCount },
      (_, sample) => (this.#bytes[this.#place(line, sample)] ?? 0) / widthSeconds,
    );
    return { widthSeconds, bytesPerSecond: means.slice(0, means.findLastIndex((mean) => mean > 0) + 1) };
  }

  #advance(line: number, until: number): void {
    const from = this.#timeSeconds[line] ?? 0;
    if (until <= from) return;
    this.#timeSeconds[line] = until;
    const rate = this.#rate[line] ?? 0;
    if (rate === 0) return;
    if (rate > (this.#peakRate[line] ?? 0)) this.#peakRate[line] = rate;
    this.#totalBytes[line] = (this.#totalBytes[line] ?? 0) + rate * (until - from);
    while (until > (this.#widthSeconds[line] ?? 0) * this.#sampleCount) this.#widen(line);
    const width = this.#widthSeconds[line] ?? 0;
    const last = Math.min(Math.floor(until / width), this.#sampleCount - 1);
    for (let sample = Math.floor(from / width); sample <= last; sample += 1) {
      const seconds = Math.min(until, (sample + 1) * width) - Math.max(from, sample * width);
      if (seconds > 0)
        this.#bytes[this.#place(line, sample)] =
          (this.#bytes[this.#place(line, sample)] ?? 0) + rate * seconds;
    }
  }

  /** Two samples become one. */
  #widen(line: number): void {
    const half = this.#sampleCount / 2;
    for (let sample = 0; sample < half; sample += 1) {
      const both =
        (this.#bytes[this.#place(line, 2 * sample)] ?? 0) +
        (this.#bytes[this.#place(line, 2 * sample + 1)] ?? 0);
      this.#bytes[this.#place(line, sample)] = both;
    }
    for (let sample = half; sample < this.#sampleCount; sample += 1)
      this.#bytes[this.#place(line, sample)] = 0;
    this.#widthSeconds[line] = 2 * (this.#widthSeconds[line] ?? 0);
  }

  #place(line: number, sample: number): number {
    return sample * this.#lineCount + line;
  }
}
