import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { RepositoryKey } from '../keys/repository-key.ts';
import type { TaskResults, WorkerTask } from './tasks.ts';

// Of what is soon garbage here nothing is large but the memory behind buffers, which goes when their handles do: early.
const maxYoungGenerationSizeMb = 3;

interface Job {
  readonly repositoryKey: Uint8Array;
  readonly task: WorkerTask;
  readonly resolve: (result: TaskResults[keyof TaskResults]) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Worker threads that hash, compress, encrypt and take that back. They are started as work comes, or before their key
 * is known. The caller disposes of it.
 */
export class WorkerPool implements AsyncDisposable {
  readonly threads: number;
  readonly #key: Promise<RepositoryKey>;
  readonly #workers: Worker[] = [];
  readonly #idle: Worker[] = [];
  /** Those that were given the key. */
  readonly #keyed = new Set<Worker>();
  readonly #waiting: Job[] = [];
  readonly #running = new Map<Worker, Job>();
  #failure: Error | undefined;

  /** @param threads default one a core, at most 4, as each takes some memory */
  constructor(key: RepositoryKey | Promise<RepositoryKey>, threads = Math.min(4, availableParallelism())) {
    this.threads = Math.max(1, threads);
    this.#key = Promise.resolve(key);
  }

  /** Starts the threads before there is work, so that it need not wait for them. */
  warmUp(): void {
    while (this.#workers.length < this.threads) this.#idle.push(this.#startWorker());
  }

  /** Does a task. Its buffers must not be used afterwards; at most the task's own threads' worth run at once. */
  async run<Kind extends WorkerTask['kind']>(
    task: Extract<WorkerTask, { kind: Kind }>,
  ): Promise<TaskResults[Kind]> {
    const { bytes: repositoryKey } = await this.#key;
    if (this.#failure) throw this.#failure;
    const result = await new Promise<TaskResults[keyof TaskResults]>((resolve, reject) => {
      this.#waiting.push({ repositoryKey, task, resolve, reject });
      this.#dispatch();
    });
    return result as TaskResults[Kind];
  }

  /** Ends the threads; tasks under way reject. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#fail(new Error('The worker pool was closed.'));
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #startWorker(): Worker {
    const worker = new Worker(new URL('./image-worker.ts', import.meta.url), {
      resourceLimits: { maxYoungGenerationSizeMb },
    });
    worker.unref();
    worker.on('message', (result: TaskResults[keyof TaskResults]) => {
      const job = this.#running.get(worker);
      this.#running.delete(worker);
      this.#idle.push(worker);
      worker.unref();
      job?.resolve(result);
      this.#dispatch();
    });
    worker.on('error', (error) => this.#fail(error instanceof Error ? error : new Error(String(error))));
    this.#workers.push(worker);
    return worker;
  }

  #dispatch(): void {
    while (this.#waiting.length > 0) {
      if (this.#idle.length === 0 && this.#workers.length < this.threads)
        this.#idle.push(this.#startWorker());
      const worker = this.#idle.pop();
      const job = worker && this.#waiting.shift();
      if (job === undefined || worker === undefined) return;
      this.#running.set(worker, job);
      worker.ref();
      if (!this.#keyed.has(worker)) worker.postMessage(job.repositoryKey);
      this.#keyed.add(worker);
      worker.postMessage(job.task, [bufferOf(job.task)]);
    }
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const job of [...this.#running.values(), ...this.#waiting.splice(0)]) job.reject(error);
    this.#running.clear();
  }
}

function bufferOf(task: WorkerTask): ArrayBuffer {
  return 'stored' in task ? task.stored.buffer : task.blocks.buffer;
}
