import type { Clock } from '@carrel/kit';
import type { Digest } from '../names.ts';

/**
 * Remembers which blobs a push has relied on lately, so that garbage collection leaves them alone until their
 * manifest arrives. Kept in memory: a push does not survive a restart of the server unnoticed, and whatever it
 * counted on that is gone is refused when its manifest comes.
 */
export class RecentUse {
  readonly #clock: Clock;
  readonly #usedAtMs = new Map<Digest, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  touch(digest: Digest): void {
    this.#usedAtMs.set(digest, this.#clock.monotonicMs());
  }

  /** Whether the blob was used at or after that moment of the monotonic clock. */
  wasUsedSince(digest: Digest, sinceMs: number): boolean {
    return (this.#usedAtMs.get(digest) ?? Number.NEGATIVE_INFINITY) >= sinceMs;
  }

  /** Forgets what was used before that moment, so that memory stays bounded by the pushes of the time. */
  forgetBefore(sinceMs: number): void {
    for (const [digest, usedAtMs] of this.#usedAtMs) if (usedAtMs < sinceMs) this.#usedAtMs.delete(digest);
  }
}
