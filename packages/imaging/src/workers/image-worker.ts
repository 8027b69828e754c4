// The program of a worker thread: does the tasks it is sent, one after the other.
import { parentPort, workerData } from 'node:worker_threads';
import { deriveImageKeys } from '../format/key-schedule.ts';
import { createTaskRunner } from './run-task.ts';
import type { TaskResults, WorkerTask } from './tasks.ts';

const { repositoryKey } = workerData as { readonly repositoryKey: Uint8Array };
const run = createTaskRunner(deriveImageKeys(repositoryKey));

// The pool sends a task only when the one before is done.
parentPort?.on('message', (task: WorkerTask) => void answer(task));

async function answer(task: WorkerTask): Promise<void> {
  const result = await run(task);
  parentPort?.postMessage(result, buffersOf(result));
}

function buffersOf(result: TaskResults[keyof TaskResults]): ArrayBuffer[] {
  if ('writeError' in result) return [];
  if ('zeros' in result) return [result.blocks.buffer, result.ids.buffer, result.zeros.buffer];
  return 'stored' in result ? [result.stored.buffer] : [result.blocks.buffer, result.ids.buffer];
}
