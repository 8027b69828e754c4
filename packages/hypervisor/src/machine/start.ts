import { constants } from 'node:fs';
import { copyFile, lchown, rm } from 'node:fs/promises';
import { fail } from '@carrel/contract';
import { type Clock, isAppError, systemClock, UndoStack } from '@carrel/kit';
import { z } from 'zod';
import { type DiskKey, diskPassphrase } from '../disks/disk-key.ts';
import { inspectDisk } from '../disks/inspect.ts';
import { findProgram, isAlive, type ProcessIdentity, SecretFile } from '../host/index.ts';
import { lastWords, openLog } from '../host/log-file.ts';
import { giveToGuest, machinePaths, makeMachineFolder } from '../host/machine-folder.ts';
import { hasCode } from '../host/system-error.ts';
import { findBridgeAdapters } from '../networks/bridge-adapters.ts';
import { type BridgeLinks, makeBridgeLinks, removeBridgeLinks } from '../networks/bridge-links.ts';
import { guardHost } from '../networks/guest-firewall.ts';
import type { QmpClient } from '../qmp/index.ts';
import type { MachineHandle } from './handle.ts';
import { MachineProcess } from './machine-process.ts';
import { connectMonitor } from './monitor-link.ts';
import { cardIds, hardwareOf, hardwareToResume, type MachinePlan, planMachine } from './plan.ts';
import { killProcess } from './process-end.ts';
import { discardSavedState, loadState, readSavedHardware } from './saved-state.ts';
import { spawnDetached } from './spawn.ts';
import type { Hardware, MachineSpec } from './spec.ts';
import { forgetMachine, type MachineRecord, readRecord, writeRecord } from './state-file.ts';

export interface StartOptions {
  readonly diskKey: DiskKey;
  /** Ends the start; nothing is left running. */
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
}

/** An emulated computer on a loaded host may take long to open its disks. */
const startTimeoutMs = 60_000;
/** How long the cables of a guest are out that goes on on a network which may be another one. */
const unpluggedMs = 1_000;

/**
 * Starts a machine, from its saved state when there is one; its guest runs when this returns. The image's export, if
 * the description names one, must be served before.
 *
 * @throws {QEMU_START_FAILED} QEMU refused, a machine runs in the folder already, or the saved state is of no use
 * @throws {STORE_DAMAGED} the base needs a source and none was given @throws {QEMU_MISSING}
 * @throws {BRIDGE_UNAVAILABLE} @throws {HOST_UNGUARDED} the network cannot be had, or not safely
 */
export async function startMachine(spec: MachineSpec, options: StartOptions): Promise<MachineHandle> {
  const { signal } = options;
  const clock = options.clock ?? systemClock;
  await requireStopped(spec.folder);
  await makeMachineFolder(spec.folder, spec.runAs);
  const effective = await withPresentAdapters(await withPresentSource(spec));
  const saved = await readSavedHardware(spec.folder);
  const wanted = saved ? hardwareToResume(saved, effective) : hardwareOf(effective);
  const plan = planMachine(effective, wanted);
  await prepareFiles(effective, plan);
  await using undo = new UndoStack();
  await using secret = await SecretFile.create(diskPassphrase(options.diskKey), spec.runAs);
  await using links = await connectToNetwork(effective, wanted, undo);
  const identity = await spawn(effective, plan, { secret, fds: links.fds }, undo);
  const isResumed = saved !== undefined;
  const begun = recordOf(effective, identity, wanted, isResumed, clock);
  await writeRecord(spec.folder, begun);
  const monitor = await connect(spec.folder, identity, clock, signal);
  undo.push(() => monitor.close());
  const hardware = { ...wanted, machineType: await machineTypeOf(monitor) };
  if (saved) await loadState(monitor, signal);
  const record = { ...begun, hardware, isBeginning: false };
  await writeRecord(spec.folder, record);
  // A state is used once: from here on the disk changes, and only the disk counts.
  if (saved) await discardSavedState(spec.folder);
  const isMoved = saved !== undefined && (spec.network.mode === 'bridge' || !saved.hasOwnNetwork);
  if (isMoved) await setLinks(monitor, hardware, false);
  await monitor.execute('cont', undefined, { ...(signal && { signal }) });
  if (isMoved) {
    // Only a guest that ran without its links notices, and asks the network for an address anew.
    await clock.sleep(unpluggedMs, signal);
    await setLinks(monitor, hardware, true);
  }
  const machine = new MachineProcess({ folder: spec.folder, record, monitor, clock });
  await machine.begin();
  undo.keep();
  return machine;
}

async function requireStopped(folder: string): Promise<void> {
  const record = await readRecord(folder);
  if (record && (await isAlive(record.identity))) {
    throw fail('QEMU_START_FAILED', { reason: `process ${record.identity.pid} runs in ${folder} already` });
  }
}

/** Looks whether the base stands alone by now; one that does not must never be opened without its source. */
async function withPresentSource(spec: MachineSpec): Promise<MachineSpec> {
  const { basePath, source } = spec.disks;
  const base = await inspectDisk(spec.programs.img, basePath);
  if (base.isStandalone) return { ...spec, disks: { ...spec.disks, source: undefined } };
  if (source) return spec;
  throw fail('STORE_DAMAGED', { path: basePath, reason: 'the image is not here wholly and has no source' });
}

/** Of the adapters named those that can be used now. */
async function withPresentAdapters(spec: MachineSpec): Promise<MachineSpec> {
  const { network } = spec;
  if (network.mode !== 'bridge') return spec;
  return { ...spec, network: { ...network, adapters: await findBridgeAdapters(network.adapters) } };
}

/** What the machine's process inherits to reach others, and what keeps it from this computer. */
async function connectToNetwork(
  { folder, network, runAs }: MachineSpec,
  hardware: Hardware,
  undo: UndoStack,
): Promise<BridgeLinks> {
  // A guest without a user of its own is, to the system, the person who started it.
  if (network.mode === 'nat' && runAs) await guardHost();
  const adapters = network.mode === 'bridge' ? network.adapters : [];
  undo.push(() => removeBridgeLinks(folder));
  return makeBridgeLinks(folder, adapters.slice(0, hardware.cardAddresses.length), hardware.cardAddresses);
}

async function prepareFiles(spec: MachineSpec, plan: MachinePlan): Promise<void> {
  const paths = machinePaths(spec.folder);
  for (const socket of [paths.monitorSocket, paths.guestAgentSocket, paths.vncSocket]) {
    await rm(socket, { force: true });
  }
  for (const { from, to } of plan.copies) {
    await copyFile(from, to, constants.COPYFILE_EXCL).catch((error: unknown) => {
      if (!hasCode(error, 'EEXIST')) throw error;
    });
    if (spec.runAs) await lchown(to, spec.runAs.uid, spec.runAs.gid);
  }
  if (spec.disks.source) await giveToGuest(spec.disks.source.socketPath, spec.runAs);
}

async function spawn(
  spec: MachineSpec,
  plan: MachinePlan,
  inherited: { readonly secret: SecretFile; readonly fds: readonly number[] },
  undo: UndoStack,
): Promise<ProcessIdentity> {
  const program = await findProgram(plan.program);
  await using log = await openLog(machinePaths(spec.folder).logFile);
  const { argv, workingFolder } = plan;
  const identity = await spawnDetached({
    program,
    argv,
    workingFolder,
    runAs: spec.runAs,
    log,
    ...inherited,
  });
  undo.push(async () => {
    await killProcess(identity);
    await forgetMachine(spec.folder);
  });
  return identity;
}

async function connect(
  folder: string,
  identity: ProcessIdentity,
  clock: Clock,
  signal: AbortSignal | undefined,
): Promise<QmpClient> {
  let isGone = false;
  const watch = setInterval(() => {
    void isAlive(identity).then((alive) => {
      isGone = !alive;
    });
  }, 50);
  try {
    const isHopeless = (): boolean => isGone;
    return await connectMonitor(folder, { clock, timeoutMs: startTimeoutMs, signal, isHopeless });
  } catch (error) {
    if (!isAppError(error)) throw error;
    const reason = (await lastWords(machinePaths(folder).logFile)) ?? 'its monitor does not answer';
    throw fail('QEMU_START_FAILED', { reason }, error);
  } finally {
    clearInterval(watch);
  }
}

async function machineTypeOf(monitor: QmpClient): Promise<string> {
  const type = await monitor.execute('qom-get', { path: '/machine', property: 'type' });
  return z
    .string()
    .parse(type)
    .replace(/-machine$/, '');
}

function recordOf(
  spec: MachineSpec,
  identity: ProcessIdentity,
  hardware: Hardware,
  isResumed: boolean,
  clock: Clock,
): MachineRecord {
  const { basePath, overlayPath } = spec.disks;
  return {
    version: 1,
    identity,
    startedAtMs: clock.nowMs(),
    isBeginning: true,
    isResumed,
    hardware,
    networkMode: spec.network.mode,
    disks: { basePath, overlayPath },
    ending: null,
  };
}

async function setLinks(monitor: QmpClient, hardware: Hardware, up: boolean): Promise<void> {
  for (const name of cardIds(hardware)) await monitor.execute('set_link', { name, up });
}
