import type { Capacity } from './capacity.ts';

/** A rollout to be simulated. Things are named by ids; no order of rows matters. */
export interface Scenario {
  readonly kind: 'initial' | 'update';
  /** Seconds after Monday 00:00 UTC at which the rollout is announced. */
  readonly startsAtSeconds: number;
  readonly lines: readonly Line[];
  readonly servers: readonly RequestServer[];
  readonly groups: readonly ClientGroup[];
  readonly travellers: readonly TravellerGroup[];
}

/** What deliveries share. */
export interface Line {
  readonly id: string;
  readonly kind: LineKind;
  /** Of the location below the link, or of the repository. */
  readonly name: string;
  readonly capacity: Capacity;
}

/** A link towards the location below it, the same link the other way, or what a repository gives out. */
export type LineKind = 'link' | 'outward-link' | 'repository';

/** A server that answers one request after the other, each taking the same time. */
export interface RequestServer {
  readonly id: string;
  readonly serviceSeconds: number;
}

/** Alike clients: same place, same workspace. */
export interface ClientGroup {
  readonly id: string;
  readonly location: string;
  readonly workspace: string;
  readonly clients: number;
  /** Lines that the data passes, in any order; none for what comes without a network. */
  readonly lineIds: readonly string[];
  /** To be downloaded by each. */
  readonly bytes: number;
  /** Those of the bytes that come first, and with which a guest starts. */
  readonly bootBytes: number;
  /** What one client takes at most. */
  readonly maxBytesPerSecond: number;
  /** Clients begin evenly spread over this time; 0: all at once. */
  readonly staggerSeconds: number;
  /** Part of the bytes that is loaded again after broken connections, on average; exponentially distributed. */
  readonly retryShare: number;
  /** Asked by each client before its transfer; `null`: nobody is asked. */
  readonly serverId: string | null;
  /** What every client waits for besides its data: round trips, its own disk. */
  readonly fixedSeconds: number;
  /** Clients give each other what they have, so that the lines carry one copy; `null`: each fetches for itself. */
  readonly peers: {
    /** What a client gets from the others. */
    readonly bytesPerSecond: number;
    /** Copies that really cross the lines, a little more than one. */
    readonly copies: number;
  } | null;
  /** After the announcement. */
  readonly serviceLevelSeconds: number | null;
}

/** People who are in one of several groups, by chance. */
export interface TravellerGroup {
  readonly id: string;
  readonly clients: number;
  readonly groupIds: readonly string[];
}
