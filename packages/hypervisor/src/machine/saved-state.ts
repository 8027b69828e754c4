import { rename, rm, stat } from 'node:fs/promises';
import { fail } from '@carrel/contract';
import { diskSecretId } from '../disks/block-graph.ts';
import { retryKeyDerivation } from '../disks/key-derivation.ts';
import { machinePaths } from '../host/machine-folder.ts';
import { type BlockNode, type QmpClient, runJob } from '../qmp/index.ts';
import type { Hardware } from './spec.ts';
import { hardwareSchema, readJson, writeJson } from './state-file.ts';

/** The saved state: a qcow2 with one snapshot, in a LUKS container with the disks' key (ADR 0010). */
const savedNodes = { file: 'saved-file', container: 'saved-container', state: 'saved-state' } as const;
const snapshotTag = 'saved';
const finalName = 'saved-state.luks';
const temporaryName = 'saved-state.luks.new';
/** Room beside the memory: device state, video memory, tables. The file is sparse, so it costs nothing. */
const extraBytes = 1024 ** 3;

/**
 * Writes memory and devices of a stopped guest to its folder. After that the guest must not run again in this process.
 *
 * @throws {MONITOR_REFUSED} @throws {MONITOR_CLOSED} @throws the signal's reason
 */
export async function saveState(
  qmp: QmpClient,
  folder: string,
  hardware: Hardware,
  signal: AbortSignal,
): Promise<void> {
  const { savedState, savedHardware } = machinePaths(folder);
  await rm(`${savedState}.new`, { force: true });
  const sizeBytes = hardware.memoryMiB * 1024 ** 2 + extraBytes;
  await create(qmp, { driver: 'file', filename: temporaryName, size: 0 }, signal);
  await qmp.execute('blockdev-add', fileNode(temporaryName));
  const container = { driver: 'luks', file: savedNodes.file, size: sizeBytes, 'iter-time': 10 };
  await create(qmp, { ...container, 'key-secret': diskSecretId }, signal);
  await qmp.execute('blockdev-add', containerNode);
  await create(qmp, { driver: 'qcow2', file: savedNodes.container, size: 1024 ** 2 }, signal);
  await qmp.execute('blockdev-add', stateNode);
  await runJob(qmp, 'save', (id) => qmp.execute('snapshot-save', snapshotArguments(id)), signal);
  await removeNodes(qmp);
  await writeJson(savedHardware, hardware);
  await rename(`${savedState}.new`, savedState);
}

/** Brings a saved guest back into a machine that has not run yet. @throws {QEMU_START_FAILED} */
export async function loadState(qmp: QmpClient, signal?: AbortSignal): Promise<void> {
  try {
    await qmp.execute('blockdev-add', fileNode(finalName));
    await qmp.execute('blockdev-add', containerNode);
    await qmp.execute('blockdev-add', stateNode);
    await runJob(qmp, 'load', (id) => qmp.execute('snapshot-load', snapshotArguments(id)), signal);
    await removeNodes(qmp);
  } catch (error) {
    signal?.throwIfAborted();
    const why = error instanceof Error ? error.message : String(error);
    throw fail('QEMU_START_FAILED', { reason: `the saved state cannot be used (${why})` }, error);
  }
}

/** What a saved guest was running on; `undefined` when none is saved in this folder. */
export async function readSavedHardware(folder: string): Promise<Hardware | undefined> {
  const { savedState, savedHardware } = machinePaths(folder);
  const isThere = await stat(savedState).then(
    () => true,
    () => false,
  );
  return isThere ? readJson(savedHardware, hardwareSchema) : undefined;
}

/** Whether the next start goes on from a saved state. */
export async function hasSavedState(folder: string): Promise<boolean> {
  return (await readSavedHardware(folder)) !== undefined;
}

/** Gives a saved state up: the next start boots from the disk, as after a power failure. */
export async function discardSavedState(folder: string): Promise<void> {
  const { savedState, savedHardware } = machinePaths(folder);
  await rm(savedState, { force: true });
  await rm(`${savedState}.new`, { force: true });
  await rm(savedHardware, { force: true });
}

async function create(qmp: QmpClient, options: BlockNode, signal: AbortSignal): Promise<void> {
  const start = (id: string): Promise<undefined> => qmp.execute('blockdev-create', { 'job-id': id, options });
  await retryKeyDerivation(() => runJob(qmp, 'create', start, signal));
}

async function removeNodes(qmp: QmpClient): Promise<void> {
  for (const name of [savedNodes.state, savedNodes.container, savedNodes.file]) {
    await qmp.execute('blockdev-del', { 'node-name': name });
  }
}

function fileNode(filename: string): BlockNode {
  return { driver: 'file', 'node-name': savedNodes.file, filename };
}

const containerNode: BlockNode = {
  driver: 'luks',
  'node-name': savedNodes.container,
  file: savedNodes.file,
  'key-secret': diskSecretId,
};

const stateNode: BlockNode = {
  driver: 'qcow2',
  'node-name': savedNodes.state,
  file: savedNodes.container,
};

function snapshotArguments(id: string): {
  'job-id': string;
  tag: string;
  vmstate: string;
  devices: string[];
} {
  return { 'job-id': id, tag: snapshotTag, vmstate: savedNodes.state, devices: [savedNodes.state] };
}
