import { fail } from '@carrel/contract';
import type { QmpClient } from './client.ts';
import type { QmpJob } from './commands.ts';

/** The job of that id, `undefined` when there is none (any more). */
export async function findJob(qmp: QmpClient, id: string): Promise<QmpJob | undefined> {
  const jobs = await qmp.execute('query-jobs', undefined);
  return jobs.find((job) => job.id === id);
}

/**
 * Waits until a job has concluded. An aborted signal only ends the waiting.
 *
 * @throws {MONITOR_CLOSED} when QEMU ends before the job
 */
export async function waitForJob(
  qmp: QmpClient,
  id: string,
  signal?: AbortSignal,
): Promise<QmpJob | undefined> {
  const wake = Promise.withResolvers<'changed'>();
  const gone = qmp.closed.then(() => 'gone' as const);
  const unsubscribe = qmp.subscribe((event) => {
    if (event.kind === 'JOB_STATUS_CHANGE' && event.data.id === id) {
      if (event.data.status === 'concluded' || event.data.status === 'null') wake.resolve('changed');
    }
  });
  const onAbort = (): void => {
    wake.resolve('changed');
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const before = await findJob(qmp, id);
    if (before === undefined || before.status === 'concluded') return before;
    await Promise.race([wake.promise, gone]);
    signal?.throwIfAborted();
    return await findJob(qmp, id);
  } finally {
    unsubscribe();
    signal?.removeEventListener('abort', onAbort);
  }
}

/**
 * Runs a job to its end and dismisses it.
 *
 * @param start issues the command that starts the job under this id
 * @throws {MONITOR_REFUSED} when the job fails, with QEMU's reason
 */
export async function runJob(
  qmp: QmpClient,
  id: string,
  start: (id: string) => Promise<undefined>,
  signal?: AbortSignal,
): Promise<void> {
  await start(id);
  const job = await waitForJob(qmp, id, signal);
  if (!job) return;
  await qmp.execute('job-dismiss', { id });
  if (job.error !== undefined) throw fail('MONITOR_REFUSED', { command: job.type, reason: job.error });
}
