export { type DiskKey, diskPassphrase } from './disks/disk-key.ts';
export type { NbdSource } from './disks/nbd-source.ts';
export type { StreamJob, StreamOutcome, StreamProgress } from './disks/stream-job.ts';
export type {
  GuestAddress,
  GuestAgent,
  GuestExecOptions,
  GuestExecResult,
  GuestInterface,
} from './guest-agent/guest-agent.ts';
export { defaultQemuPrograms, type QemuPrograms } from './host/programs.ts';
export { planRunAs, type RunAs } from './host/run-as.ts';
export type { MachineEvent, MachineHandle, StopOptions } from './machine/handle.ts';
export type { Accelerator, Firmware, MachineDisks, MachineSpec } from './machine/spec.ts';
export type { MachineEnd, MachineState, PauseReason } from './machine/state.ts';
