import type { LineKind } from '../engine/scenario.ts';
import type { Band } from './band.ts';

/** What a simulated rollout came to. Plain data. */
export interface RolloutResult {
  readonly kind: 'initial' | 'update';
  readonly startsAtSeconds: number;
  readonly seed: number;
  readonly runs: number;
  /** Clients with the travellers, in every run. */
  readonly clients: number;
  readonly all: TimesOfClients;
  /** Ordered by location and workspace. */
  readonly groups: readonly GroupResult[];
  /** Ordered by kind and name; what carried nothing is left out. Of the first run. */
  readonly loads: readonly LoadResult[];
}

export interface TimesOfClients {
  /** From the announcement until all data is there, so that work offline is possible. */
  readonly readySeconds: Distribution;
  /** From the client's own beginning until a guest can start, the rest following. */
  readonly firstStartSeconds: Distribution;
  /** Clients that are not ready within a year, on average over the runs. */
  readonly neverReady: number;
}

/** `Infinity` for those who never are. */
export interface Distribution {
  readonly median: Band;
  /** 95 of 100 clients are as quick. */
  readonly p95: Band;
  readonly last: Band;
}

export interface GroupResult extends TimesOfClients {
  readonly location: string;
  readonly workspace: string;
  /** On average over the runs: travellers are here and there. */
  readonly clients: number;
  /** `undefined`: none was asked for. */
  readonly serviceLevelSeconds: number | undefined;
  /** Part of the clients that are ready within the service level. */
  readonly shareInTime: Band;
  /** Whether everybody was in time in every run. */
  readonly isMet: boolean;
}

export interface LoadResult {
  readonly kind: LineKind;
  /** Of the location below the link, or of the repository. */
  readonly name: string;
  readonly totalBytes: number;
  readonly peakMbitPerSecond: number;
  /** Length of each sample. */
  readonly sampleSeconds: number;
  /** Means of equal stretches, the first beginning with the announcement. */
  readonly mbitPerSecond: readonly number[];
}
