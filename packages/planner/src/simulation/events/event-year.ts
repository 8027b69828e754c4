import type { Band } from '../rollout/band.ts';

/** Times in which something goes wrong for many, who report it over and over. */
export interface StormHabits {
  readonly perYear: number;
  readonly hours: number;
  /** Part of the clients that are caught by one. */
  readonly clientShare: number;
  /** What their events are multiplied with. */
  readonly factor: number;
}

/** A year of events into the database of an instance; plain data. */
export interface EventYear {
  readonly instance: string;
  readonly clients: number;
  /** In the year. */
  readonly events: Band;
  /** Largest size in the year, before tables and indexes add to it. */
  readonly peakBytes: Band;
  /** What the design has for it. */
  readonly plannedBytes: number;
  /** Part of the design's size that the peak takes, in the worst of the runs. */
  readonly filledShare: number;
  readonly meanWritesPerSecond: Band;
  /** In the busiest hour. */
  readonly peakWritesPerSecond: Band;
  /** With the reading of reports from all consoles, in the busiest hour. */
  readonly peakOperationsPerSecond: Band;
  /** What the design counts with: writes and reports of a mean hour. */
  readonly plannedOperationsPerSecond: number;
  /** Size at the end of each week, of the first run. */
  readonly bytesByWeek: readonly number[];
}
