import { Column } from './column.ts';

/** How much each line carried over time, in a bounded number of samples that get wider as time goes on. */
export class LoadRecords {
  readonly #lineCount: number;
  readonly #sampleCount: number;
  /** Sample by sample, since all lines are at about the same one. */
  readonly #bytes: Column;
  readonly #widthSeconds: Column;
  readonly #timeSeconds: Column;
  readonly #rate: Column;
  readonly #peakRate: Column;
  readonly #totalBytes: Column;

  /** @param sampleCount of each line, at most; even */
  constructor(lineCount: number, sampleCount: number) {
    this.#lineCount = lineCount;
    this.#sampleCount = sampleCount;
    this.#bytes = new Column(lineCount * sampleCount);
    this.#widthSeconds = new Column(lineCount, 1);
    this.#timeSeconds = new Column(lineCount);
    this.#rate = new Column(lineCount);
    this.#peakRate = new Column(lineCount);
    this.#totalBytes = new Column(lineCount);
  }

  /** Bytes a second right now. */
  rate(line: number): number {
    return this.#rate.at(line);
  }

  /** The most that it carried for any time at all. */
  peakRate(line: number): number {
    return this.#peakRate.at(line);
  }

  totalBytes(line: number): number {
    return this.#totalBytes.at(line);
  }

  /** From this moment on it carries so many bytes a second. Time does not go back. */
  setRate(line: number, timeSeconds: number, rate: number): void {
    this.#advance(line, timeSeconds);
    this.#rate.put(line, rate);
  }

  /** Means over equal stretches from 0 on, as far as anything was carried. */
  samples(
    line: number,
    timeSeconds: number,
  ): { readonly widthSeconds: number; readonly bytesPerSecond: number[] } {
    this.#advance(line, timeSeconds);
    const widthSeconds = this.#widthSeconds.at(line);
    const means = Array.from(
      { length: this.#sampleCount },
      (_, sample) => this.#bytes.at(this.#place(line, sample)) / widthSeconds,
    );
    return { widthSeconds, bytesPerSecond: means.slice(0, means.findLastIndex((mean) => mean > 0) + 1) };
  }

  #advance(line: number, until: number): void {
    const from = this.#timeSeconds.at(line);
    if (until <= from) return;
    this.#timeSeconds.put(line, until);
    const rate = this.#rate.at(line);
    if (rate === 0) return;
    if (rate > this.#peakRate.at(line)) this.#peakRate.put(line, rate);
    this.#totalBytes.add(line, rate * (until - from));
    while (until > this.#widthSeconds.at(line) * this.#sampleCount) this.#widen(line);
    const width = this.#widthSeconds.at(line);
    const last = Math.min(Math.floor(until / width), this.#sampleCount - 1);
    for (let sample = Math.floor(from / width); sample <= last; sample += 1) {
      const seconds = Math.min(until, (sample + 1) * width) - Math.max(from, sample * width);
      if (seconds > 0) this.#bytes.add(this.#place(line, sample), rate * seconds);
    }
  }

  /** Two samples become one. */
  #widen(line: number): void {
    const half = this.#sampleCount / 2;
    for (let sample = 0; sample < half; sample += 1) {
      const both =
        this.#bytes.at(this.#place(line, 2 * sample)) + this.#bytes.at(this.#place(line, 2 * sample + 1));
      this.#bytes.put(this.#place(line, sample), both);
    }
    for (let sample = half; sample < this.#sampleCount; sample += 1)
      this.#bytes.put(this.#place(line, sample), 0);
    this.#widthSeconds.put(line, 2 * this.#widthSeconds.at(line));
  }

  #place(line: number, sample: number): number {
    return sample * this.#lineCount + line;
  }
}
