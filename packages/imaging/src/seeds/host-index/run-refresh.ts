import { Worker } from 'node:worker_threads';
import { defaultIndexLimits, type RefreshOptions } from './index-options.ts';
import { createStopSwitch, stop } from './pace.ts';
import { refreshFailure } from './refresh-failure.ts';
import type { RefreshAnswer, RefreshTask } from './refresh-task.ts';

/** How a refresh ended. */
export type RefreshEnd = Exclude<RefreshAnswer, { readonly kind: 'progress' }>;

/**
 * Refreshes the index of a key in a thread of its own; resolves when the thread has ended. An abort makes it end
 * early, which is not an error.
 *
 * @param folder of all indexes
 * @param path of the index of the key
 * @throws {DISK_FULL}
 */
export async function runRefresh(folder: string, path: string, options: RefreshOptions): Promise<RefreshEnd> {
  const { key, folders, limits, signal } = options;
  const stopSwitch = createStopSwitch();
  const task: RefreshTask = {
    folder,
    path,
    folders,
    stopSwitch,
    repositoryKey: key.bytes,
    limits: { ...defaultIndexLimits, ...limits },
    crossesMounts: options.crossesMounts ?? false,
    rateBytesPerSecond: options.rateBytesPerSecond,
  };
  const worker = new Worker(new URL('./index-worker.ts', import.meta.url), {
    workerData: task,
    // Files are looked at one by one: garbage is short-lived and need not pile up.
    resourceLimits: { maxYoungGenerationSizeMb: 4 },
  });
  const onAbort = (): void => stop(stopSwitch);
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted) onAbort();
  try {
    return await new Promise<RefreshEnd>((resolve, reject) => {
      let end: RefreshEnd | undefined;
      worker.on('message', (message: RefreshAnswer) => {
        if (message.kind !== 'progress') end = message;
        else
          options.onProgress?.({
            phase: 'looking at files of this computer',
            doneBytes: message.doneBytes,
            note: message.folder,
          });
      });
      worker.on('error', (error) => reject(refreshFailure(error, path)));
      worker.on('exit', (code) => {
        if (end === undefined) reject(new Error(`The thread that refreshes ${path} ended with ${code}.`));
        else resolve(end);
      });
    });
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}
