export { type CreateDiskOptions, createBaseDisk, createOverlayDisk } from './disks/create.ts';
export { destroyDiskKeys } from './disks/destroy-keys.ts';
export type { DiskKey } from './disks/disk-key.ts';
export { type BaseExport, type ExportBaseOptions, exportBase, isExportSocket } from './disks/export-base.ts';
export { checkDisk, type DiskCheck, type DiskInfo, inspectDisk } from './disks/inspect.ts';
export type { NbdSource } from './disks/nbd-source.ts';
export {
  type PrepareBaseOptions,
  type PrepareDisksOptions,
  prepareBase,
  prepareDisks,
} from './disks/prepare.ts';
export type { StreamJob, StreamOutcome, StreamProgress } from './disks/stream-job.ts';
export { type OfflineStreamJob, type StreamOfflineOptions, streamOffline } from './disks/stream-offline.ts';
export type {
  GuestAddress,
  GuestAgent,
  GuestExecOptions,
  GuestExecResult,
  GuestInterface,
} from './guest-agent/guest-agent.ts';
export {
  availableMemoryMiB,
  defaultQemuPrograms,
  type HostProbe,
  type ProbeOptions,
  planRunAs,
  probeHost,
  type QemuPrograms,
  type RunAs,
} from './host/index.ts';
export { giveToGuest, machinePaths, makeMachineFolder } from './host/machine-folder.ts';
export { type Adoption, adoptMachine } from './machine/adopt.ts';
export type { MachineEvent, MachineHandle, StopOptions } from './machine/handle.ts';
export { type MachinePlan, planMachine } from './machine/plan.ts';
export { discardSavedState, hasSavedState } from './machine/saved-state.ts';
export type {
  Accelerator,
  Firmware,
  Hardware,
  MachineDisks,
  MachineSpec,
} from './machine/spec.ts';
export { type StartOptions, startMachine } from './machine/start.ts';
export type { MachineEnd, MachineState, PauseReason } from './machine/state.ts';
export { forgetMachine } from './machine/state-file.ts';
export { guardHost } from './networks/guest-firewall.ts';
