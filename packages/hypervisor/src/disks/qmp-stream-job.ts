import { isAppError, systemClock } from '@carrel/kit';
import { findJob, type QmpBlockJob, type QmpClient, waitForJob } from '../qmp/index.ts';
import { nodes } from './block-graph.ts';
import type { StreamJob, StreamOutcome, StreamProgress } from './stream-job.ts';

/** Name of the job, the same in every process. */
export const streamJobId = 'stream';

const cancelMs = 3_000;

/**
 * Starts streaming the image into the base, at most at that rate (0: unlimited). The job stops at an error and waits
 * for `resume`.
 *
 * @throws {MONITOR_REFUSED}
 */
export async function startStream(qmp: QmpClient, rateBytesPerSecond: number): Promise<void> {
  await qmp.execute('block-stream', {
    'job-id': streamJobId,
    device: nodes.base,
    speed: Math.floor(rateBytesPerSecond),
    'on-error': 'stop',
    'auto-dismiss': false,
  });
}

/** Whether the job runs, or ended with nobody there to see it. */
export async function hasStream(qmp: QmpClient): Promise<boolean> {
  return (await findJob(qmp, streamJobId)) !== undefined;
}

/** A stream job in a process whose monitor is ours. */
export class QmpStreamJob implements StreamJob {
  readonly outcome: Promise<StreamOutcome>;
  readonly #qmp: QmpClient;
  #isCancelled = false;
  #isEnded = false;

  /** @param onCompleted runs before the outcome is told: takes the source out of the graph */
  constructor(qmp: QmpClient, onCompleted: () => Promise<void>) {
    this.#qmp = qmp;
    this.outcome = this.#follow(onCompleted).finally(() => {
      this.#isEnded = true;
    });
  }

  async progress(): Promise<StreamProgress | undefined> {
    if (this.#isEnded) return undefined;
    try {
      const job = await findJob(this.#qmp, streamJobId);
      if (!job) return undefined;
      const blockJobs = await this.#qmp.execute('query-block-jobs', undefined);
      const status = blockJobs.find((other) => other.device === streamJobId);
      return {
        state: stateOf(status),
        doneBytes: job['current-progress'],
        totalBytes: job['total-progress'],
      };
    } catch (error) {
      if (isAppError(error, 'MONITOR_CLOSED')) return undefined;
      throw error;
    }
  }

  async setRate(rateBytesPerSecond: number): Promise<void> {
    await this.#change(() =>
      this.#qmp.execute('block-job-set-speed', {
        device: streamJobId,
        speed: Math.floor(rateBytesPerSecond),
      }),
    );
  }

  async pause(): Promise<void> {
    if ((await this.progress())?.state !== 'running') return;
    await this.#change(() => this.#qmp.execute('block-job-pause', { device: streamJobId }));
  }

  async resume(): Promise<void> {
    const state = (await this.progress())?.state;
    if (state === undefined || state === 'running') return;
    await this.#change(() => this.#qmp.execute('block-job-resume', { device: streamJobId }));
  }

  /**
   * A read that waits for an absent source keeps the job until the source is back or its process ends; waiting for
   * that is bounded, and `isOver` tells.
   */
  async cancel(): Promise<void> {
    if (this.#isEnded) return;
    this.#isCancelled = true;
    await this.#change(() => this.#qmp.execute('block-job-cancel', { device: streamJobId, force: true }));
    const waited = new AbortController();
    const isLate = systemClock.sleep(cancelMs, waited.signal).catch((error: unknown) => {
      if (!waited.signal.aborted) throw error;
    });
    await Promise.race([this.outcome, isLate]);
    waited.abort();
  }

  get isOver(): boolean {
    return this.#isEnded;
  }

  /** A change that comes too late, because the job has just ended, is none. */
  async #change(act: () => Promise<undefined>): Promise<void> {
    if (this.#isEnded) return;
    try {
      await act();
    } catch (error) {
      const isOver = isAppError(error, 'MONITOR_CLOSED') || !(await this.#isThere());
      if (!isOver) throw error;
    }
  }

  async #isThere(): Promise<boolean> {
    const job = await findJob(this.#qmp, streamJobId);
    return job !== undefined && job.status !== 'concluded';
  }

  async #follow(onCompleted: () => Promise<void>): Promise<StreamOutcome> {
    try {
      const job = await waitForJob(this.#qmp, streamJobId);
      if (!job) return { kind: 'interrupted', reason: 'the job is gone' };
      await this.#qmp.execute('job-dismiss', { id: streamJobId });
      if (this.#isCancelled) return { kind: 'interrupted', reason: 'it was cancelled' };
      if (job.error !== undefined) return { kind: 'interrupted', reason: job.error };
      await onCompleted();
      return { kind: 'completed' };
    } catch (error) {
      if (this.#isCancelled) return { kind: 'interrupted', reason: 'it was cancelled' };
      return { kind: 'interrupted', reason: error instanceof Error ? error.message : String(error) };
    }
  }
}

function stateOf(job: QmpBlockJob | undefined): StreamProgress['state'] {
  if (job?.['io-status'] === 'nospace') return 'disk-full';
  if (job && job['io-status'] !== 'ok') return 'failing';
  return job?.paused ? 'paused' : 'running';
}
