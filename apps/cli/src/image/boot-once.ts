import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MachineDescription } from '@carrel/contract/delivery';
import { fail } from '@carrel/contract/errors';
import {
  type Firmware,
  giveToGuest,
  type HostProbe,
  type MachineHandle,
  type MachineSpec,
  machinePaths,
  planRunAs,
  prepareDisks,
  probeHost,
  startMachine,
} from '@carrel/hypervisor';
import { type DiskReader, serveNbd } from '@carrel/imaging';
import type { Clock } from '@carrel/kit';

/** The last of the users set aside for guests: agents give theirs out from the first. */
const guestSlot = 65_535;
const pollMs = 200;
/** Services and a desktop come up behind the prompt; so long a guest reads nothing new when it is done. */
const calmMs = 3_000;
/** Some read for ever. */
const longestUnrestMs = 60_000;

export interface BootOnceOptions {
  /** Read through NBD; not written to. */
  readonly disk: DiskReader;
  readonly machine: MachineDescription;
  /** How long the guest may take. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Grows while the guest reads what it did not read before. */
  readonly blocksRead: () => number;
  /** Called now and then while the guest boots. */
  readonly onWaiting: () => void;
}

export interface BootedOnce {
  readonly end: BootEnd;
  /** Until then. */
  readonly bootMs: number;
}

/** What the boot ended with. */
export type BootEnd = 'guest-agent' | 'console-login' | 'time-limit';

/**
 * Boots a disk once in QEMU, without a network, on disks that are thrown away. The guest is up when its agent answers,
 * or, in an image without one, when its serial console asks for a login or the time is over. It is ended when it has
 * read nothing new for some seconds then.
 *
 * @throws {GUEST_AGENT_SILENT} the image has an agent, and it did not answer in time
 * @throws {QEMU_MISSING} {QEMU_START_FAILED} {QEMU_EXITED} {HOST_MEMORY_SHORT}
 */
export async function bootOnce(options: BootOnceOptions): Promise<BootedOnce> {
  const { disk, clock, signal } = options;
  const startedMs = clock.monotonicMs();
  const host = await probeHost({ signal });
  const runAs = planRunAs(guestSlot, process.getuid?.() === 0, host.kvmGid);
  await using undo = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'carrel-record-'));
  undo.defer(() => rm(folder, { recursive: true, force: true }));
  // The guest's user has to reach the part of it that is its own.
  await chmod(folder, 0o711);
  const { basePath, overlayPath, imageSocket } = machinePaths(folder);
  const diskKey = new Uint8Array(randomBytes(32));
  const disks = await prepareDisks({
    programs: host.programs,
    folder,
    basePath,
    overlayPath,
    virtualSizeBytes: disk.sizeBytes,
    diskKey,
    source: { socketPath: imageSocket, exportName: '' },
    runAs,
    signal,
  });
  undo.use(await serveNbd({ disk, socketPath: imageSocket }));
  await giveToGuest(imageSocket, runAs);
  const spec = machineSpec(options.machine, host, { folder, disks, runAs });
  const machine = await startMachine(spec, { diskKey, signal });
  undo.defer(() => machine.stop({ mode: 'power-off' }).then(() => undefined));
  const end = await waitUntilUp(machine, options);
  const bootMs = Math.round(clock.monotonicMs() - startedMs);
  if (end !== 'time-limit') await waitUntilCalm(machine, options);
  return { end, bootMs };
}

function machineSpec(
  machine: MachineDescription,
  host: HostProbe,
  place: Pick<MachineSpec, 'folder' | 'disks' | 'runAs'>,
): MachineSpec {
  return {
    name: 'record-boot',
    uuid: randomUUID(),
    programs: host.programs,
    accelerator: host.accelerator,
    firmware: chooseFirmware(machine, host),
    guestOs: machine.guestOs,
    cpus: machine.minimumCpus,
    memoryMiB: machine.minimumMemoryMiB,
    diskBus: machine.diskBus,
    network: { mode: 'none' },
    display: 'vnc',
    hasGuestAgent: machine.hasGuestAgent,
    ...place,
  };
}

function chooseFirmware({ firmware }: MachineDescription, { uefi }: HostProbe): Firmware {
  if (firmware === 'bios') return { kind: 'bios' };
  if (!uefi) throw fail('QEMU_MISSING', { program: 'ovmf' });
  return { kind: 'uefi', ...uefi };
}

async function waitUntilUp(machine: MachineHandle, options: BootOnceOptions): Promise<BootEnd> {
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const died = machine.ended.then((end): never => {
    const reason = end.how === 'crashed' ? end.error.message : 'the guest switched itself off';
    throw fail('QEMU_EXITED', { reason });
  });
  const ticking = tick(options, signal);
  const isUp = options.machine.hasGuestAgent
    ? agentAnswers(machine, options.timeoutMs, signal)
    : loginAppears(machine, options, signal);
  try {
    return await Promise.race([isUp, died, ticking]);
  } finally {
    stop.abort();
    await Promise.allSettled([isUp, ticking]);
  }
}

/** Until the guest reads nothing new, or switches itself off. */
async function waitUntilCalm(machine: MachineHandle, options: BootOnceOptions): Promise<void> {
  const stop = new AbortController();
  const calm = untilCalm(options, AbortSignal.any([options.signal, stop.signal]));
  try {
    await Promise.race([calm, machine.ended]);
  } finally {
    stop.abort();
    await Promise.allSettled([calm]);
  }
}

async function untilCalm(
  { clock, blocksRead, onWaiting }: BootOnceOptions,
  signal: AbortSignal,
): Promise<void> {
  const endMs = clock.monotonicMs() + longestUnrestMs;
  let [blocks, sinceMs] = [blocksRead(), clock.monotonicMs()];
  while (clock.monotonicMs() < Math.min(endMs, sinceMs + calmMs)) {
    onWaiting();
    await clock.sleep(pollMs, signal);
    if (blocksRead() !== blocks) [blocks, sinceMs] = [blocksRead(), clock.monotonicMs()];
  }
}

/** Rejects when the signal is aborted; never resolves. */
async function tick(options: BootOnceOptions, signal: AbortSignal): Promise<never> {
  for (;;) {
    options.onWaiting();
    await options.clock.sleep(pollMs, signal);
  }
}

async function agentAnswers(
  machine: MachineHandle,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<BootEnd> {
  const agent = await machine.guestAgent({ timeoutMs, signal });
  await agent.close();
  return 'guest-agent';
}

async function loginAppears(
  machine: MachineHandle,
  { clock, timeoutMs }: BootOnceOptions,
  signal: AbortSignal,
): Promise<BootEnd> {
  const endMs = clock.monotonicMs() + timeoutMs;
  let tail = '';
  while (clock.monotonicMs() < endMs) {
    tail = (tail + (await machine.readConsole())).slice(-1000);
    // Other programs may write behind the prompt.
    if (/(?<!last )login:(?: |$)/i.test(tail)) return 'console-login';
    await clock.sleep(pollMs, signal);
  }
  return 'time-limit';
}
