// The program of a worker thread: does the tasks it is sent, one after the other.
import { parentPort } from 'node:worker_threads';
import { deriveImageKeys } from '../format/key-schedule.ts';
import { createTaskRunner, type TaskRunner } from './run-task.ts';
import type { TaskResults, WorkerTask } from './tasks.ts';

// First comes the key, then a task whenever the one before is done.
parentPort?.once('message', (repositoryKey: Uint8Array) => {
  const run = createTaskRunner(deriveImageKeys(repositoryKey));
  parentPort?.on('message', (task: WorkerTask) => void answer(run, task));
});

async function answer(run: TaskRunner, task: WorkerTask): Promise<void> {
  const result = await run(task);
  parentPort?.postMessage(result, buffersOf(result));
}

function buffersOf(result: TaskResults[keyof TaskResults]): ArrayBuffer[] {
  if ('writeError' in result) return [];
  if ('zeros' in result) return [result.blocks.buffer, result.ids.buffer, result.zeros.buffer];
  return 'stored' in result ? [result.stored.buffer] : [result.blocks.buffer, result.ids.buffer];
}
