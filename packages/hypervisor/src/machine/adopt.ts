import { fail } from '@carrel/contract';
import { type Clock, systemClock } from '@carrel/kit';
import { isAlive } from '../host/index.ts';
import { removeBridgeLinks } from '../networks/bridge-links.ts';
import type { MachineHandle } from './handle.ts';
import { MachineProcess } from './machine-process.ts';
import { connectMonitor } from './monitor-link.ts';
import { concludeEnd, killProcess, waitUntilGone } from './process-end.ts';
import { discardSavedState } from './saved-state.ts';
import type { MachineEnd } from './state.ts';
import { forgetMachine, type MachineRecord, readRecord } from './state-file.ts';

export type Adoption =
  | { readonly kind: 'running'; readonly handle: MachineHandle }
  /** It ended while nobody watched. Told again until `forgetMachine` or the next start. */
  | { readonly kind: 'ended'; readonly end: MachineEnd }
  | { readonly kind: 'none' };

const adoptTimeoutMs = 15_000;
const killTimeoutMs = 10_000;

/**
 * Takes over the machine that an earlier process started in this folder. A stream job of the machine goes on being
 * followed; `streamImage` gives it. One whose guest never ran is ended, so that it can be started again.
 *
 * @throws {MONITOR_TIMEOUT} when the process is there and does not answer @throws {STORE_DAMAGED}
 */
export async function adoptMachine(
  folder: string,
  options: { readonly clock?: Clock; readonly signal?: AbortSignal } = {},
): Promise<Adoption> {
  const clock = options.clock ?? systemClock;
  const record = await readRecord(folder);
  if (!record) {
    // One that ended between making its links and writing its record down.
    await removeBridgeLinks(folder);
    return { kind: 'none' };
  }
  if (record.isBeginning) {
    await abandonStart(folder, record, clock);
    return { kind: 'none' };
  }
  if (!(await isAlive(record.identity))) return { kind: 'ended', end: await concludeEnd(folder) };
  // Its guest has gone on since, or is about to; what is being saved just now is saved anew.
  if (record.ending !== 'saved') await discardSavedState(folder);
  const { signal } = options;
  const monitor = await connectMonitor(folder, { clock, timeoutMs: adoptTimeoutMs, signal });
  const handle = new MachineProcess({ folder, record, monitor, clock });
  await handle.begin();
  return { kind: 'running', handle };
}

/** The state it may have been saved with is still there for the next start. @throws {QEMU_START_FAILED} it stays */
async function abandonStart(folder: string, { identity }: MachineRecord, clock: Clock): Promise<void> {
  await killProcess(identity);
  if (!(await waitUntilGone(identity, killTimeoutMs, clock))) {
    throw fail('QEMU_START_FAILED', { reason: `process ${identity.pid}, which was left over, does not end` });
  }
  await removeBridgeLinks(folder);
  await forgetMachine(folder);
}
