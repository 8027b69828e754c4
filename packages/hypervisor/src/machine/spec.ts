import type { NbdSource } from '../disks/nbd-source.ts';
import type { QemuPrograms } from '../host/programs.ts';
import type { RunAs } from '../host/run-as.ts';

export type Accelerator = 'kvm' | 'hvf' | 'whpx' | 'tcg';

export type Firmware =
  | { readonly kind: 'bios' }
  /** The variables are copied into the machine's folder at the first start and kept from then on. */
  | { readonly kind: 'uefi'; readonly codePath: string; readonly variablesTemplatePath: string };

/** The two disks of a machine, named from base to overlay. */
export interface MachineDisks {
  /** The image's local copy. */
  readonly basePath: string;
  /** Where the missing rest of the base comes from; `undefined` when the base stands alone. */
  readonly source: NbdSource | undefined;
  /** What the guest writes. */
  readonly overlayPath: string;
}

/** What a guest is connected to. */
type MachineNetwork =
  | ({ readonly mode: 'nat' } & NetworkCards)
  /** A card beside each of these adapters of the computer that has a link; none named: that of the default route. */
  | ({ readonly mode: 'bridge'; readonly adapters: readonly string[] } & NetworkCards)
  | { readonly mode: 'none' };

interface NetworkCards {
  readonly card: 'virtio' | 'e1000';
  /** Names the guest among those of all computers, for its hardware addresses; keep it like the uuid. */
  readonly identity: string;
}

/** Everything about a machine that is known before it starts; all values were parsed by the caller. */
export interface MachineSpec {
  /** Shown in the process list and on the screen's title: a name, not a path. */
  readonly name: string;
  /** The guest's hardware identity; keep it for the life of the overlay. */
  readonly uuid: string;
  /** Absolute path of the machine's own folder; see `machinePaths` for what lies where. */
  readonly folder: string;
  readonly programs: QemuPrograms;
  readonly accelerator: Accelerator;
  readonly firmware: Firmware;
  readonly guestOs: 'linux' | 'windows' | 'other';
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly disks: MachineDisks;
  readonly diskBus: 'virtio' | 'sata' | 'ide';
  readonly network: MachineNetwork;
  /** `vnc`: a unix socket in the folder, for the owner of the machine only. */
  readonly display: 'vnc' | 'none';
  readonly hasGuestAgent: boolean;
  readonly runAs: RunAs | undefined;
}

/** The part of a machine that a saved guest depends on: it goes on only in a machine that has the same. */
export type Hardware = Pick<
  MachineSpec,
  'cpus' | 'memoryMiB' | 'guestOs' | 'diskBus' | 'display' | 'hasGuestAgent' | 'accelerator'
> & {
  /** QEMU's versioned machine type, e.g. `pc-q35-7.2`; `null` takes the newest. */
  readonly machineType: string | null;
  readonly firmwareKind: Firmware['kind'];
  readonly networkCard: 'virtio' | 'e1000' | null;
  /** Of the network cards, in order. */
  readonly cardAddresses: readonly string[];
  /** QEMU's own network is there, whether or not a card leads to it: what is saved then has a part for it. */
  readonly hasOwnNetwork: boolean;
};
