import type { Finding, Plan } from '../plan-file/index.ts';
import type { ProductProfile } from '../profiles/index.ts';
import type { Decision } from './decision.ts';

/** What a plan comes to. Lists are ordered by name, whatever the order of the plan. */
export interface Design {
  readonly plan: Plan;
  /** With the limits that the plan sets itself. */
  readonly profile: ProductProfile;
  readonly locations: readonly LocationDesign[];
  readonly instances: readonly InstanceDesign[];
  readonly repositories: readonly RepositoryDesign[];
  readonly distribution: readonly DistributionChoice[];
  readonly decisions: readonly Decision[];
  readonly findings: readonly Finding[];
  readonly cost: DesignCost;
}

/** A location in the design; users are those at the end of the planned growth. */
export interface LocationDesign {
  readonly name: string;
  /** Way to the centre of its network, the location itself first. */
  readonly path: readonly string[];
  /** Link to the outside; `undefined` for a centre. */
  readonly bandwidthMbitPerSecond: number | undefined;
  readonly users: number;
  /** With the travellers that may come. */
  readonly maximumUsers: number;
  readonly instances: readonly string[];
  readonly workspaces: readonly string[];
  /** Repository standing there; `undefined` for none. */
  readonly repository: string | undefined;
}

export type InstanceReason = 'first' | 'users' | 'trust-domain' | 'isolated-network' | 'organisation' | 'law';

export interface InstanceDesign {
  readonly name: string;
  readonly reason: InstanceReason;
  /** The reason in words, with the numbers. */
  readonly because: string;
  /** Clients at work at the same time, by location. */
  readonly population: readonly { readonly location: string; readonly users: number }[];
  readonly clients: number;
  readonly workspaces: readonly string[];
  readonly server: ServerDesign;
  readonly backupServer: BackupServer;
  readonly database: DatabaseDesign;
  readonly consoles: readonly { readonly location: string; readonly count: number }[];
  readonly consoleFormFactor: string;
  /** Repositories its clients load from. */
  readonly repositories: readonly string[];
}

export interface ServerDesign {
  readonly location: string;
  readonly cores: number;
  /** 0 where the clock rate does not matter. */
  readonly clockGhz: number;
  readonly memoryGb: number;
  /** What the workspaces take. */
  readonly diskBytes: number;
}

export interface BackupServer {
  readonly isNeeded: boolean;
  /** Why, or why not. */
  readonly because: string;
  /** Hours after which the first people stop working; `undefined` when none ever do. */
  readonly firstStopHours: number | undefined;
}

export interface DatabaseDesign {
  readonly placement: 'with-server' | 'separate';
  readonly location: string;
  readonly bytesBeforeSafety: number;
  readonly bytes: number;
  readonly writesPerSecond: number;
  /** Writes with the buffer for reports. */
  readonly operationsPerSecond: number;
  readonly hasStandby: boolean;
}

export interface RepositoryDesign {
  readonly name: string;
  readonly location: string;
  readonly reason: 'instance' | 'isolated-network' | 'separation' | 'link' | 'library' | 'existing';
  readonly because: string;
  readonly instances: readonly string[];
  /** Images it holds. */
  readonly images: readonly string[];
  readonly diskBytes: number;
  /** Clients that load from it, by location and workspace. */
  readonly clients: readonly {
    readonly location: string;
    readonly workspace: string;
    readonly users: number;
  }[];
  /** Computers that may load from it at the same time. */
  readonly concurrentDownloads: number;
  /** What it must give out for all service levels to be met. */
  readonly throughputMbitPerSecond: number;
  readonly webServers: number;
}

export type Technique = 'pre-stage' | 'network' | 'removable-media';

/** How the people of a workspace at a location get its image. */
export interface DistributionChoice {
  readonly location: string;
  readonly workspace: string;
  readonly instance: string;
  /** With the travellers that may come. */
  readonly users: number;
  /** Of the first version; later ones always come over the network. */
  readonly technique: Technique;
  /** Repository that updates, and by the network the first version, come from; `undefined` for none in reach. */
  readonly repository: string | undefined;
  readonly initialBytes: number;
  readonly updateBytes: number;
  /** Until everybody has the first version, all beginning at once: as long as the slowest line takes by itself. */
  readonly initialLoadSeconds: number;
  /** Until the first start can happen, for one computer alone on the line. */
  readonly firstStartSeconds: number;
  readonly updateSeconds: number;
  /** The same at most, when one line after the other holds loads back; longer only where sizes or hours are mixed. */
  readonly atMost: { readonly initialLoadSeconds: number; readonly updateSeconds: number };
  readonly meets: { readonly initialLoad: boolean; readonly update: boolean };
}

export interface DesignCost {
  readonly currency: string;
  readonly oneOff: number;
  readonly monthly: number;
  /** Over the months of the plan. */
  readonly total: number;
  readonly items: readonly CostItem[];
}

export interface CostItem {
  readonly name: string;
  readonly count: number;
  /** For one of them. */
  readonly oneOff: number;
  readonly monthly: number;
}
