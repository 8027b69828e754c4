// What waits in the buffers of the system comes faster than the line carries, so the start of a burst does not count.
const warmUpMs = 200;
const measureMs = 500;
const idleMs = 2_000;
const remeasureAfterMs = 60_000;

/** Measures what a line carries by letting bursts through now and then. Times are monotonic. */
export class LineMeter {
  #bytesPerSecond: number | undefined;
  #measuredAtMs = 0;
  #burst: { readonly startMs: number; lastMs: number; fromMs: number | undefined; bytes: number } | undefined;
  #burstBytes = 0;

  /** `undefined` until the first burst is over. */
  get bytesPerSecond(): number | undefined {
    return this.#bytesPerSecond;
  }

  /** Whether what is taken now has to go through without a limit, so that the line shows what it carries. */
  isMeasuring(nowMs: number): boolean {
    return this.#bytesPerSecond === undefined || nowMs - this.#measuredAtMs >= remeasureAfterMs;
  }

  /**
   * Bytes came while measuring.
   *
   * @returns when the burst is over, its bytes and when it began, so that they can be paid for
   */
  note(count: number, nowMs: number): { readonly bytes: number; readonly startMs: number } | undefined {
    if (this.#burst === undefined || nowMs - this.#burst.lastMs > idleMs) {
      // A burst that broke off says nothing of the line.
      this.#burst = { startMs: nowMs, lastMs: nowMs, fromMs: undefined, bytes: 0 };
      this.#burstBytes = 0;
    }
    const burst = this.#burst;
    this.#burstBytes += count;
    burst.lastMs = nowMs;
    if (burst.fromMs === undefined) {
      if (nowMs - burst.startMs >= warmUpMs) burst.fromMs = nowMs;
      return undefined;
    }
    burst.bytes += count;
    const elapsedMs = nowMs - burst.fromMs;
    if (elapsedMs < measureMs) return undefined;
    this.#bytesPerSecond = Math.max(1, (burst.bytes * 1000) / elapsedMs);
    this.#measuredAtMs = nowMs;
    this.#burst = undefined;
    return { bytes: this.#burstBytes, startMs: burst.startMs };
  }
}
