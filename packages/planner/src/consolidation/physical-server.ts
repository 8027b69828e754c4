/** A machine that goes when its work runs on the new hosts; what is not known is `null`. */
export interface RetiredMachine {
  readonly name: string;
  readonly adapters: number;
  readonly rackUnits: number | null;
  readonly powerWatts: number | null;
  readonly refreshYear: number | null;
  /** What its successor would cost in that year; of a planned server, what it would cost now. */
  readonly refreshCost: number | null;
  /** It is not bought yet, and would not have to be. */
  readonly isPlanned: boolean;
}

/** A server that may become a guest, as it stands in the inventory; what is not known is `null`. */
export interface PhysicalServer extends RetiredMachine {
  /** It is a guest already: the machine that goes is its host. */
  readonly isGuest: boolean;
  /** Guests stay where their server stood; empty: anywhere. */
  readonly location: string;
  /** Whose servers share hosts with each other only (security, administration); empty: with any. */
  readonly group: string;
  readonly architecture: string;
  readonly cores: number;
  readonly coreMhz: number;
  readonly memoryGb: number;
  readonly memoryPeakGb: number | null;
  readonly diskGb: number;
  readonly largestPartitionGb: number | null;
  readonly isEthernet: boolean;
  readonly serialPorts: number;
  readonly serialDevices: number;
  readonly parallelDevices: number;
  /** Other than keyboard and mouse. */
  readonly usbDevices: number;
  readonly hasDynamicDisks: boolean;
  readonly averages: ServerAverages;
  readonly placement: PlacementWishes;
  readonly applications: readonly Application[];
}

/** Means over the time of measurement; `null` where nothing is known and no samples are given. */
export interface ServerAverages {
  /** Of all cores, 0 to 1. */
  readonly processorShare: number | null;
  readonly memoryGb: number | null;
  readonly diskReadMbPerSecond: number | null;
  readonly diskWriteMbPerSecond: number | null;
  readonly networkSendBytesPerSecond: number | null;
  readonly networkReceiveBytesPerSecond: number | null;
}

export interface PlacementWishes {
  /** Processors the guest is to have; `null`: as many cores as the server has, within the limit. */
  readonly virtualProcessors: number | null;
  /** Guests of one set stay on one host; empty: alone. */
  readonly together: string;
  /** Of one set, only so many as `spreadLimit` share a host, such as the nodes of a cluster; empty: no such set. */
  readonly spread: string;
  readonly spreadLimit: number;
}

export interface Application {
  readonly name: string;
  readonly version: string;
  /** What its vendor says about running it in a guest; `null`: not asked yet. */
  readonly isSupported: boolean | null;
}

/** A host that guests of the inventory run on today; it goes when all of them do. */
export interface ExistingHost extends RetiredMachine {
  readonly guests: readonly string[];
}

/** What there is today. */
export interface Inventory {
  readonly servers: readonly PhysicalServer[];
  readonly hosts: readonly ExistingHost[];
}
