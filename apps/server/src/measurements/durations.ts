/** Neighbouring classes differ by this factor, so that what is told is within 3 % of what was. */
const step = 1.06;
/** Shorter ones are in the lowest class. */
const shortestSeconds = 0.001;

/** Durations counted in classes: as large after a million of them as after a hundred. */
export class Durations {
  readonly #counts = new Map<number, number>();
  #total = 0;
  #longestSeconds = 0;

  add(seconds: number): void {
    const index = Math.floor(Math.log(Math.max(seconds, shortestSeconds) / shortestSeconds) / Math.log(step));
    this.#counts.set(index, (this.#counts.get(index) ?? 0) + 1);
    this.#total += 1;
    this.#longestSeconds = Math.max(this.#longestSeconds, seconds);
  }

  /** `null` when there are none. */
  summary(): { medianSeconds: number; p95Seconds: number; longestSeconds: number } | null {
    if (this.#total === 0) return null;
    return {
      medianSeconds: this.#quantile(0.5),
      p95Seconds: this.#quantile(0.95),
      longestSeconds: this.#longestSeconds,
    };
  }

  /** The middle of the class in which the given part of all is reached. */
  #quantile(share: number): number {
    const wanted = Math.max(1, Math.ceil(share * this.#total));
    let seen = 0;
    for (const [index, count] of [...this.#counts].toSorted(([a], [b]) => a - b)) {
      seen += count;
      if (seen >= wanted) {
        const middle = shortestSeconds * step ** (index + 0.5);
        return Math.min(middle, this.#longestSeconds);
      }
    }
    return this.#longestSeconds;
  }
}
