import type { StreamJob, StreamProgress } from '@carrel/hypervisor';
import type { TransferAllowance } from './transfers.ts';

/** How much of what the rules allow a stream may take while a guest reads beside it. */
const shareBesideGuest = 0.75;
const slowestBytesPerSecond = 64 * 1024;
/** Faster than any disk: as good as no limit. */
const fastestBytesPerSecond = 4 * 1024 ** 3;

/** The pace a stream beside a guest begins with; 0 is unlimited, as QEMU takes it. */
export function streamStartRate(allowance: TransferAllowance): number {
  return allowance.kind === 'held' ? slowestBytesPerSecond : (allowance.bytesPerSecond ?? 0);
}

export interface StreamUse {
  /** Bytes that came over the line for guest and stream together. */
  readonly lineBytes: number;
  readonly elapsedMs: number;
}

/**
 * The next pace of a stream job, in bytes of the disk a second. How many bytes of the line one of those costs changes
 * all the time (holes, seeds, compression), so the pace is found by what it did: it grows while the line is used less
 * than allowed, and shrinks as soon as it is used more.
 *
 * @param pace the present one
 */
export function nextPace(
  pace: number,
  { lineBytes, elapsedMs }: StreamUse,
  allowedPerSecond: number,
): number {
  const allowed = (allowedPerSecond * shareBesideGuest * elapsedMs) / 1000;
  const factor = lineBytes <= allowed ? Math.min(4, allowed / Math.max(1, lineBytes)) : allowed / lineBytes;
  return Math.min(fastestBytesPerSecond, Math.max(slowestBytesPerSecond, pace * factor));
}

/**
 * Keeps the stream job of a guest within the rules: QEMU fetches for guest and stream over one connection, so only the
 * job itself can be slowed down without slowing the guest. A job whose process serves nobody else needs no pace: the
 * limiter holds all of its reads.
 */
export class StreamPacer {
  readonly #job: StreamJob;
  readonly #isBesideGuest: boolean;
  #pace: number | undefined;
  #last: { readonly lineBytes: number; readonly atMs: number } | undefined;

  constructor(job: StreamJob, isBesideGuest: boolean) {
    this.#job = job;
    this.#isBesideGuest = isBesideGuest;
  }

  /**
   * To be called about once a second.
   *
   * @param lineBytes all that came over the line since the image is served
   */
  async adjust(
    { state }: StreamProgress,
    allowance: TransferAllowance,
    now: { readonly lineBytes: number; readonly atMs: number },
  ): Promise<void> {
    const last = this.#last;
    this.#last = now;
    if (allowance.kind === 'held') {
      if (state === 'running') await this.#job.pause();
      return;
    }
    if (state === 'paused') await this.#job.resume();
    if (!this.#isBesideGuest) return;
    const { bytesPerSecond } = allowance;
    if (bytesPerSecond === undefined) {
      if (this.#pace !== undefined) await this.#job.setRate(0);
      this.#pace = undefined;
      return;
    }
    const use = last && { lineBytes: now.lineBytes - last.lineBytes, elapsedMs: now.atMs - last.atMs };
    const pace =
      this.#pace === undefined || !use ? bytesPerSecond : nextPace(this.#pace, use, bytesPerSecond);
    if (pace !== this.#pace) await this.#job.setRate(pace);
    this.#pace = pace;
  }
}
