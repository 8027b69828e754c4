import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { RepositoryKey } from '../keys/repository-key.ts';
import type { TaskResults, WorkerTask } from './tasks.ts';

interface Job {
  readonly task: WorkerTask;
  readonly resolve: (result: TaskResults[keyof TaskResults]) => void;
  readonly reject: (error: Error) => void;
}

/** Worker threads that hash, compress, encrypt and take that back. The caller disposes of it. */
export class WorkerPool implements AsyncDisposable {
  readonly threads: number;
  readonly #workers: Worker[];
  readonly #idle: Worker[];
  readonly #waiting: Job[] = [];
  readonly #running = new Map<Worker, Job>();
  #failure: Error | undefined;

  /** @param threads default one a core, at most 4, as each takes some memory */
  constructor(key: RepositoryKey, threads = Math.min(4, availableParallelism())) {
    this.threads = Math.max(1, threads);
    this.#workers = Array.from({ length: this.threads }, () => this.#startWorker(key));
    this.#idle = [...this.#workers];
  }

  /** Does a task. Its buffers must not be used afterwards; at most the task's own threads' worth run at once. */
  async run<Kind extends WorkerTask['kind']>(
    task: Extract<WorkerTask, { kind: Kind }>,
  ): Promise<TaskResults[Kind]> {
    if (this.#failure) throw this.#failure;
    const result = await new Promise<TaskResults[keyof TaskResults]>((resolve, reject) => {
      this.#waiting.push({ task, resolve, reject });
      this.#dispatch();
    });
    return result as TaskResults[Kind];
  }

  /** Ends the threads; tasks under way reject. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#fail(new Error('The worker pool was closed.'));
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #startWorker(key: RepositoryKey): Worker {
    const worker = new Worker(new URL('./image-worker.ts', import.meta.url), {
      workerData: { repositoryKey: key.bytes },
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
    return worker;
  }

  #dispatch(): void {
    while (this.#waiting.length > 0 && this.#idle.length > 0) {
      const [job, worker] = [this.#waiting.shift(), this.#idle.pop()];
      if (job === undefined || worker === undefined) return;
      this.#running.set(worker, job);
      worker.ref();
      worker.postMessage(job.task, [buffer(job.task)]);
    }
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const job of [...this.#running.values(), ...this.#waiting.splice(0)]) job.reject(error);
    this.#running.clear();
  }
}

function buffer(task: WorkerTask): ArrayBuffer {
  return task.kind === 'decode' ? task.stored.buffer : task.blocks.buffer;
}
