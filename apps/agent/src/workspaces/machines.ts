import type { MachineDescription } from '@carrel/contract';
import type {
  Adoption,
  BaseExport,
  DiskKey,
  MachineHandle,
  NbdSource,
  OfflineStreamJob,
  RunAs,
} from '@carrel/hypervisor';

/** What a guest is connected to; `identity` names it among the guests of all computers. */
type GuestNetwork =
  | { readonly mode: 'nat'; readonly identity: string }
  /** The adapters of the computer to use; none named: that of the default route. */
  | { readonly mode: 'bridge'; readonly identity: string; readonly adapters: readonly string[] }
  | { readonly mode: 'none' };

/** The machine of a workspace, as the agent decides on it. */
export interface MachinePlan {
  readonly name: string;
  readonly uuid: string;
  /** The workspace's own folder. */
  readonly folder: string;
  readonly description: MachineDescription;
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly network: GuestNetwork;
  readonly basePath: string;
  readonly overlayPath: string;
  /** Where the missing rest of the base comes from; `undefined` when it stands alone. */
  readonly source: NbdSource | undefined;
  readonly runAs: RunAs | undefined;
}

export interface DiskPlan {
  readonly folder: string;
  readonly basePath: string;
  /** `undefined`: only the base, as a guest runs on another one. */
  readonly overlayPath: string | undefined;
  readonly virtualSizeBytes: number;
  readonly key: DiskKey;
  readonly source: NbdSource;
  readonly runAs: RunAs | undefined;
  readonly signal: AbortSignal;
}

/** What the agent needs of the hypervisor; one place binds it to the real one. */
export interface Machines {
  /** Makes the folder of a machine, with the part of it that belongs to the guest's user. */
  makeFolder(folder: string, runAs: RunAs | undefined): Promise<void>;
  /** Makes the encrypted disks that are missing and keeps those that are there. */
  prepareDisks(plan: DiskPlan): Promise<void>;
  /** Makes every disk of the folder unreadable for ever, whoever has its key. Doing it twice changes nothing. */
  destroyKeys(folder: string): Promise<void>;
  /** Gives up what a guest was saved with: the next start boots from its disk. */
  discardSavedState(folder: string): Promise<void>;
  /** Removes the overlay and what was saved with it. */
  discardOverlay(folder: string, overlayPath: string): Promise<void>;
  start(plan: MachinePlan, key: DiskKey, signal: AbortSignal): Promise<MachineHandle>;
  /** Takes over the machine that runs in the folder, or tells how the last one there ended. */
  adopt(folder: string): Promise<Adoption>;
  /** The end of the machine in the folder was taken note of. */
  forget(folder: string): Promise<void>;
  /** Whether nothing of the image is missing in its base. */
  isWhole(basePath: string): Promise<boolean>;
  /** Brings the image into its base while no guest runs. Disposing it ends the process. */
  stream(plan: {
    readonly folder: string;
    readonly basePath: string;
    readonly source: NbdSource;
    readonly key: DiskKey;
    readonly runAs: RunAs | undefined;
    readonly rateBytesPerSecond: number;
  }): Promise<OfflineStreamJob>;
  /** Serves a base that stands alone, read-only and decrypted, at a socket. Disposing it ends the process. */
  exportBase(plan: {
    readonly folder: string;
    readonly basePath: string;
    readonly key: DiskKey;
    readonly runAs: RunAs | undefined;
  }): Promise<BaseExport>;
  /** The unprivileged user of a guest; `undefined` when the agent may not change users. */
  runAs(slot: number): Promise<RunAs | undefined>;
  /**
   * Makes sure that guests do not reach this computer's own services; to be called again and again while one runs.
   *
   * @returns `false` where that is not in the agent's power
   * @throws {HOST_UNGUARDED}
   */
  guardHost(): Promise<boolean>;
  /** Lets the user of the guest connect to a socket of the agent. */
  shareSocket(path: string, runAs: RunAs | undefined): Promise<void>;
}
