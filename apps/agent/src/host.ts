import { rm } from 'node:fs/promises';
import { fail, type MachineDescription } from '@carrel/contract';
import {
  adoptMachine,
  destroyDiskKeys,
  discardSavedState,
  exportBase,
  type Firmware,
  forgetMachine,
  giveToGuest,
  guardHost,
  type HostProbe,
  inspectDisk,
  type MachineSpec,
  makeMachineFolder,
  planRunAs,
  prepareBase,
  prepareDisks,
  probeHost,
  startMachine,
  streamOffline,
} from '@carrel/hypervisor';
import { isAppError } from '@carrel/kit';
import type { EmulatorFacts } from './identity/inventory.ts';
import type { MachinePlan, Machines } from './workspaces/machines.ts';

const isRoot = process.getuid?.() === 0;

/** QEMU on this computer. */
export interface Host {
  readonly machines: Machines;
  /** What the server is told; also where QEMU is missing. */
  emulator(): Promise<EmulatorFacts>;
}

/** Looks for QEMU when it is first needed, and again until it is found. */
export function createHost(): Host {
  let found: HostProbe | undefined;
  const probe = async (): Promise<HostProbe> => (found ??= await probeHost());
  return { machines: createMachines(probe), emulator: () => describeEmulator(probe) };
}

async function describeEmulator(probe: () => Promise<HostProbe>): Promise<EmulatorFacts> {
  try {
    const { accelerator, qemuVersion } = await probe();
    return { accelerator, qemuVersion };
  } catch (error) {
    if (isAppError(error, 'QEMU_MISSING')) return { accelerator: 'tcg', qemuVersion: null };
    throw error;
  }
}

function createMachines(probe: () => Promise<HostProbe>): Machines {
  return {
    makeFolder: makeMachineFolder,
    prepareDisks: async ({ key, overlayPath, ...plan }) => {
      const { programs } = await probe();
      const base = { ...plan, programs, diskKey: key };
      await (overlayPath === undefined ? prepareBase(base) : prepareDisks({ ...base, overlayPath }));
    },
    destroyKeys: destroyDiskKeys,
    discardSavedState,
    discardOverlay: async (folder, overlayPath) => {
      await discardSavedState(folder);
      await rm(overlayPath, { force: true });
    },
    start: async (plan, key, signal) => {
      const host = await probe();
      return startMachine(machineSpec(plan, host), { diskKey: key, signal });
    },
    adopt: (folder) => adoptMachine(folder),
    forget: forgetMachine,
    isWhole: async (basePath) => {
      const { programs } = await probe();
      return (await inspectDisk(programs.img, basePath)).isStandalone;
    },
    stream: async ({ key, ...plan }) => {
      const { programs } = await probe();
      return streamOffline({ ...plan, programs, diskKey: key });
    },
    exportBase: async ({ key, ...plan }) => {
      const { programs } = await probe();
      return exportBase({ ...plan, programs, diskKey: key });
    },
    runAs: async (slot) => planRunAs(slot, isRoot, (await probe()).kvmGid),
    // Without root guests have no users of their own to be told from people.
    guardHost: () => (isRoot ? guardHost() : Promise.resolve(false)),
    shareSocket: giveToGuest,
  };
}

function machineSpec(plan: MachinePlan, host: HostProbe): MachineSpec {
  const { description } = plan;
  return {
    name: plan.name,
    uuid: plan.uuid,
    folder: plan.folder,
    programs: host.programs,
    accelerator: host.accelerator,
    firmware: chooseFirmware(description, host),
    guestOs: description.guestOs,
    cpus: plan.cpus,
    memoryMiB: plan.memoryMiB,
    disks: { basePath: plan.basePath, overlayPath: plan.overlayPath, source: plan.source },
    diskBus: description.diskBus,
    network:
      plan.network.mode === 'none' ? { mode: 'none' } : { ...plan.network, card: description.networkCard },
    display: 'vnc',
    hasGuestAgent: description.hasGuestAgent,
    runAs: plan.runAs,
  };
}

function chooseFirmware({ firmware }: MachineDescription, { uefi }: HostProbe): Firmware {
  if (firmware === 'bios') return { kind: 'bios' };
  if (!uefi) throw fail('QEMU_MISSING', { program: 'ovmf' });
  return { kind: 'uefi', ...uefi };
}
