import { type AppError, backoffMs } from '@carrel/kit';
import type { FrameSource, SourceTotals, Transferred } from './frame-source.ts';

export const firstPauseMs = 1_000;
export const longestPauseMs = 120_000;
/** So many requests in a row that a source could not serve because it does not hold the data are no trouble yet. */
export const missesBeforePause = 8;

/** How one source has done so far. Times are monotonic. */
export class SourceHealth {
  readonly source: FrameSource;
  isBanned = false;
  #awakeAtMs = 0;
  #troubles = 0;
  #misses = 0;
  #failures = 0;
  #bytes = 0;
  #requests = 0;

  constructor(source: FrameSource) {
    this.source = source;
  }

  get awakeAtMs(): number {
    return this.#awakeAtMs;
  }

  isResting(nowMs: number): boolean {
    return nowMs < this.#awakeAtMs;
  }

  count(transferred: Transferred): void {
    this.#bytes += transferred.bytes;
    this.#requests += transferred.requests;
  }

  succeeded(): void {
    [this.#troubles, this.#misses, this.#awakeAtMs] = [0, 0, 0];
  }

  /** It answered, but does not hold what was asked for: expected of all but the origin. */
  missed(nowMs: number, random: () => number): void {
    this.#misses += 1;
    if (this.#misses < missesBeforePause) return;
    this.#misses = 0;
    this.#rest(nowMs, random, 0);
  }

  failed(error: AppError, nowMs: number, random: () => number): void {
    this.#failures += 1;
    const seconds = error.details['retryAfterSeconds'];
    this.#rest(nowMs, random, typeof seconds === 'number' ? seconds * 1000 : 0);
  }

  totals(): SourceTotals {
    const { kind, repository } = this.source;
    const [bytesDownloaded, requests, failures] = [this.#bytes, this.#requests, this.#failures];
    return { location: repository.location, kind, bytesDownloaded, requests, failures };
  }

  #rest(nowMs: number, random: () => number, requestedMs: number): void {
    // Requests that were under way together fail together: that is one trouble, not several.
    if (!this.isResting(nowMs)) this.#troubles += 1;
    const limits = { baseDelayMs: firstPauseMs, maxDelayMs: longestPauseMs, random };
    const pauseMs = Math.min(longestPauseMs, Math.max(backoffMs(this.#troubles, limits), requestedMs));
    this.#awakeAtMs = Math.max(this.#awakeAtMs, nowMs + pauseMs);
  }
}
