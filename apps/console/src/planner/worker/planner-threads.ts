import { fromProblem } from '@carrel/contract';
import type { JobInput, JobName, JobResult, TellProgress } from './jobs.ts';
import type { JobAnswer } from './messages.ts';

export interface RunOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: TellProgress;
}

/**
 * Threads that plan, so that typing never waits for computing. A thread that has nothing to do is used again; one whose
 * job is given up is ended, since a computation does not stop by itself.
 */
export class PlannerThreads {
  readonly #idle: Worker[] = [];

  /**
   * Runs a job in a thread of its own.
   *
   * @throws whatever the job throws; the reason of the signal when it is given up
   */
  run<Name extends JobName>(
    name: Name,
    input: JobInput<Name>,
    { signal, onProgress }: RunOptions,
  ): Promise<JobResult<Name>> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const thread = this.#idle.pop() ?? startThread();
      const finish = (): void => {
        signal.removeEventListener('abort', giveUp);
        thread.onmessage = null;
        thread.onerror = null;
        this.#idle.push(thread);
      };
      const giveUp = (): void => {
        thread.terminate();
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', giveUp, { once: true });
      thread.onerror = (event) => {
        signal.removeEventListener('abort', giveUp);
        thread.terminate();
        reject(new Error(`the planner could not be started: ${event.message}`));
      };
      thread.onmessage = ({ data }: MessageEvent<JobAnswer>) => {
        if (data.kind === 'progress') return onProgress?.(data.share);
        finish();
        if (data.kind === 'done') resolve(data.result as JobResult<Name>);
        else if (data.kind === 'refused') reject(fromProblem(data.problem, data.errorClass));
        else reject(new Error(data.message));
      };
      thread.postMessage({ name, input });
    });
  }

  /** Ends the threads that have nothing to do. */
  close(): void {
    for (const thread of this.#idle.splice(0)) thread.terminate();
  }
}

function startThread(): Worker {
  return new Worker(new URL('./planner-worker.ts', import.meta.url), { type: 'module' });
}
