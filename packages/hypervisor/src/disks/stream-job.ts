/** How far the image has come into the base disk. */
export interface StreamProgress {
  /** `failing`: the source or the disk; it stands still until resumed. */
  readonly state: 'running' | 'paused' | 'failing' | 'disk-full';
  /** Bytes of the virtual disk looked at so far; what is there already passes quickly. */
  readonly doneBytes: number;
  readonly totalBytes: number;
}

export type StreamOutcome =
  /** The base disk stands alone. */
  | { readonly kind: 'completed' }
  /** Given up by {@link StreamJob.cancel}, or its process ended; what was copied stays copied. */
  | { readonly kind: 'interrupted'; readonly reason: string };

/**
 * The job that brings an image wholly into the base disk. It belongs to the QEMU process that runs it; after any
 * interruption a new job goes on with what is missing.
 */
export interface StreamJob {
  /** Settles once; never rejects. */
  readonly outcome: Promise<StreamOutcome>;
  /** `undefined` after the end. */
  progress(): Promise<StreamProgress | undefined>;
  /** 0 lifts the limit. */
  setRate(rateBytesPerSecond: number): Promise<void>;
  pause(): Promise<void>;
  /** Goes on after a pause, or tries again after an error of the source or the disk. */
  resume(): Promise<void>;
  /**
   * Stops the job. Where its source does not answer, a job of its own process ends with that process at once; one in a
   * machine ends when the source is back or the machine ends, and this does not wait for that.
   */
  cancel(): Promise<void>;
}
