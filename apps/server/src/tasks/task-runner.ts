import { fail, type Task } from '@carrel/contract';
import { createId, type LongOperationOptions, type TaskId } from '@carrel/kit';
import type { Row, Transaction } from '../database/index.ts';
import type { Services } from '../services.ts';
import { RunningTask } from './running-task.ts';
import { findTask, taskErrorOf, taskOf } from './task-rows.ts';

/** Takes a signal that ends it and tells its progress. */
export type TaskWork = (options: Required<LongOperationOptions>) => Promise<unknown>;

export interface NewTask {
  readonly kind: Task['kind'];
  /** What is done to what; tasks of one kind and title are the same task while they run. */
  readonly title: string;
  readonly createdBy: string;
  readonly work: TaskWork;
}

/**
 * What becomes of tasks that ran when the server died, by kind: run again (work that may be done twice), or marked
 * as failed (the default; its caller starts it again when it is still wanted).
 */
export type ResumeRules = Partial<Record<Task['kind'], TaskWork>>;

type RunnerServices = Pick<Services, 'database' | 'clock' | 'randomBytes' | 'log' | 'notices'>;

const keptMs = 90 * 86_400_000;

/** Runs long operations of the server: each has a row that tells where it stands and how it ended. */
export class TaskRunner implements AsyncDisposable {
  readonly #services: RunnerServices;
  readonly #running = new Map<TaskId, { readonly task: RunningTask; readonly ending: Promise<void> }>();
  #isStopping = false;

  constructor(services: RunnerServices) {
    this.#services = services;
  }

  /** Deals with what an earlier run of the server left. Called once, before anything is started. */
  async recover(rules: ResumeRules): Promise<void> {
    const { database, clock } = this.#services;
    const rows = await database.queries
      .selectFrom('tasks')
      .selectAll()
      .where('state', '=', 'running')
      .execute();
    for (const task of rows.map(taskOf)) {
      const work = rules[task.kind];
      if (work) this.#run(task, work);
      else await this.#end(task.id, 'failed', fail('TASK_INTERRUPTED', {}));
    }
    await database.queries
      .deleteFrom('tasks')
      .where('endedAt', '<', clock.nowMs() - keptMs)
      .execute();
  }

  /**
   * Writes the task down and, once that is committed, runs it. The same one running already is given instead.
   *
   * @param commit runs the insertion in a transaction, with whatever belongs to it
   */
  async start(
    { kind, title, createdBy, work }: NewTask,
    commit: (insert: (transaction: Transaction) => Promise<Task>) => Promise<Task>,
  ): Promise<Task> {
    const { clock, database, randomBytes } = this.#services;
    const same = [...this.#running.values()].find(({ task }) => task.kind === kind && task.title === title);
    const found = same && (await findTask(database.queries, same.task.id));
    if (found) return await commit(() => Promise.resolve(found));
    const nowMs = clock.nowMs();
    const row: Row<'tasks'> = {
      id: createId<'task'>(nowMs, randomBytes(10)),
      kind,
      title,
      state: 'running',
      phase: 'starting',
      doneBytes: null,
      totalBytes: null,
      createdAt: nowMs,
      createdBy,
      endedAt: null,
      errorJson: null,
    };
    const task = await commit(async (transaction) => {
      await transaction.insertInto('tasks').values(row).execute();
      return taskOf(row);
    });
    this.#run(task, work);
    return task;
  }

  /**
   * Asks a task to stop; it takes back what it has begun and is `cancelled` soon after.
   *
   * @throws {NOT_FOUND}
   * @throws {STATE_CONFLICT} it has ended
   */
  async cancel(id: TaskId): Promise<Task> {
    const task = await findTask(this.#services.database.queries, id);
    if (!task) throw fail('NOT_FOUND', { kind: 'task', id });
    const running = this.#running.get(id);
    if (!running) throw fail('STATE_CONFLICT', { kind: 'task', reason: `it has ended (${task.state})` });
    running.task.cancel();
    return task;
  }

  /** Ends every task and waits until they let go; what was cut short is marked so. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopping = true;
    for (const { task } of this.#running.values()) task.interrupt();
    await Promise.all([...this.#running.values()].map(({ ending }) => ending));
  }

  #run(task: Pick<Task, 'id' | 'kind' | 'title'>, work: TaskWork): void {
    const { database, clock } = this.#services;
    const running = new RunningTask(task, database.queries, clock, () => this.#announce(task.id));
    const ending = this.#carryOut(running, work).finally(() => this.#running.delete(task.id));
    this.#running.set(task.id, { task: running, ending });
    this.#announce(task.id);
    if (this.#isStopping) running.interrupt();
  }

  async #carryOut(running: RunningTask, work: TaskWork): Promise<void> {
    const { log } = this.#services;
    try {
      try {
        await work({ signal: running.signal, onProgress: (update) => running.report(update) });
      } finally {
        await running.settled();
      }
      await this.#end(running.id, 'succeeded');
    } catch (error) {
      // However the work put it: what fails after it was told to stop, fails because of that.
      const isOurs = running.signal.aborted;
      if (!isOurs) log.error({ err: error, taskId: running.id, kind: running.kind }, 'a task failed');
      try {
        if (isOurs && running.isCancelled) await this.#end(running.id, 'cancelled');
        else await this.#end(running.id, 'failed', isOurs ? fail('TASK_INTERRUPTED', {}, error) : error);
      } catch (endingError) {
        // It stays `running` in the database; the next start of the server deals with it.
        log.error({ err: endingError, taskId: running.id }, 'the end of a task could not be written down');
      }
    }
  }

  async #end(id: TaskId, state: Task['state'], error?: unknown): Promise<void> {
    const { database, clock } = this.#services;
    await database.queries
      .updateTable('tasks')
      .set({
        state,
        endedAt: clock.nowMs(),
        errorJson: error === undefined ? null : JSON.stringify(taskErrorOf(error)),
        ...(state === 'succeeded' ? { phase: 'done' } : {}),
      })
      .where('id', '=', id)
      .where('state', '=', 'running')
      .execute();
    this.#announce(id);
  }

  #announce(id: TaskId): void {
    this.#services.notices.publish({ topic: 'task', id });
  }
}
