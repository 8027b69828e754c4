import type { Task } from '@carrel/contract';
import type { Clock, ProgressUpdate, TaskId } from '@carrel/kit';
import type { Queries } from '../database/index.ts';

/** How often progress is written down, at most. */
const recordIntervalMs = 1_000;

/** A task of this process: where it stands, and what ends it. */
export class RunningTask {
  readonly id: TaskId;
  readonly kind: Task['kind'];
  readonly title: string;
  readonly #queries: Queries;
  readonly #clock: Clock;
  readonly #onRecorded: () => void;
  readonly #abort = new AbortController();
  #lastRecordMs = Number.NEGATIVE_INFINITY;
  #recording: Promise<void> = Promise.resolve();
  #isCancelled = false;

  constructor(
    task: Pick<Task, 'id' | 'kind' | 'title'>,
    queries: Queries,
    clock: Clock,
    onRecorded: () => void,
  ) {
    this.id = task.id;
    this.kind = task.kind;
    this.title = task.title;
    this.#queries = queries;
    this.#clock = clock;
    this.#onRecorded = onRecorded;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Somebody asked for it to stop, rather than the server having to. */
  get isCancelled(): boolean {
    return this.#isCancelled;
  }

  cancel(): void {
    this.#isCancelled = true;
    this.#abort.abort();
  }

  /** The server is stopping. */
  interrupt(): void {
    this.#abort.abort();
  }

  /** Takes word of progress; a change of phase is written down at once, the rest at most once a second. */
  report(update: ProgressUpdate): void {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#lastRecordMs < recordIntervalMs) return;
    this.#lastRecordMs = nowMs;
    this.#recording = this.#recording.then(() => this.#record(update));
  }

  /** Resolves when nothing is being written any more; rejects when that failed. */
  async settled(): Promise<void> {
    await this.#recording;
  }

  async #record(update: ProgressUpdate): Promise<void> {
    await this.#queries
      .updateTable('tasks')
      .set({
        phase: update.phase,
        doneBytes: update.doneBytes ?? null,
        totalBytes: update.totalBytes ?? null,
      })
      .where('id', '=', this.id)
      .where('state', '=', 'running')
      .execute();
    this.#onRecorded();
  }
}
