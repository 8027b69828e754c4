import { fail } from '@carrel/contract';
import { type Clock, isAppError } from '@carrel/kit';
import { isAlive, type ProcessIdentity } from '../host/index.ts';
import { lastWords } from '../host/log-file.ts';
import { machinePaths } from '../host/machine-folder.ts';
import { hasCode } from '../host/system-error.ts';
import { removeBridgeLinks } from '../networks/bridge-links.ts';
import type { MachineEnd } from './state.ts';
import { readRecord } from './state-file.ts';

/** Clears up after a process that is gone, and tells how it ended: as was written down before, or else by itself. */
export async function concludeEnd(folder: string): Promise<MachineEnd> {
  await removeBridgeLinks(folder);
  const record = await readRecord(folder).catch((error: unknown) => {
    if (isAppError(error)) return error;
    throw error;
  });
  if (isAppError(record)) return { how: 'crashed', error: record };
  if (record?.ending) return { how: record.ending };
  const reason = (await lastWords(machinePaths(folder).logFile)) ?? 'it left no message';
  return { how: 'crashed', error: fail('QEMU_EXITED', { reason }) };
}

/** Waits until the process is gone; `false` when it is still there after that time. */
export async function waitUntilGone(
  identity: ProcessIdentity,
  timeoutMs: number,
  clock: Clock,
  signal?: AbortSignal,
): Promise<boolean> {
  const endMs = clock.monotonicMs() + timeoutMs;
  while (await isAlive(identity)) {
    if (clock.monotonicMs() >= endMs) return false;
    await clock.sleep(25, signal);
  }
  return true;
}

/** Ends that very process without asking it. */
export async function killProcess(identity: ProcessIdentity): Promise<void> {
  if (!(await isAlive(identity))) return;
  try {
    process.kill(identity.pid, 'SIGKILL');
  } catch (error) {
    if (!hasCode(error, 'ESRCH')) throw error;
  }
}
