import { type Clock, systemClock } from '@carrel/kit';
import { isAlive } from '../host/index.ts';
import { removeBridgeLinks } from '../networks/bridge-links.ts';
import type { MachineHandle } from './handle.ts';
import { MachineProcess } from './machine-process.ts';
import { connectMonitor } from './monitor-link.ts';
import { concludeEnd } from './process-end.ts';
import type { MachineEnd } from './state.ts';
import { readRecord } from './state-file.ts';

export type Adoption =
  | { readonly kind: 'running'; readonly handle: MachineHandle }
  /** It ended while nobody watched. Told again until `forgetMachine` or the next start. */
  | { readonly kind: 'ended'; readonly end: MachineEnd }
  | { readonly kind: 'none' };

const adoptTimeoutMs = 15_000;

/**
 * Takes over the machine that an earlier process started in this folder. A stream job of the machine goes on being
 * followed; `streamImage` gives it.
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
  if (!(await isAlive(record.identity))) return { kind: 'ended', end: await concludeEnd(folder) };
  const { signal } = options;
  const monitor = await connectMonitor(folder, { clock, timeoutMs: adoptTimeoutMs, signal });
  const handle = new MachineProcess({ folder, record, monitor, clock });
  await handle.begin();
  return { kind: 'running', handle };
}
