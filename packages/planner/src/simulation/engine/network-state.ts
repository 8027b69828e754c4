import type { WeekSchedule } from './capacity.ts';
import type { LoadRecord } from './load-record.ts';
import type { Line } from './scenario.ts';
import type { Stream } from './stream.ts';

/** A line during a run. */
export interface LineState {
  readonly line: Line;
  readonly schedule: WeekSchedule | null;
  readonly record: LoadRecord;
  /** Whose data passes it. */
  readonly cells: Cell[];
  /** Bytes a second right now. */
  capacity: number;
}

/** Streams whose data takes the same way, and so has the same troubles. */
export interface Cell {
  /** Its number among the things that happen. */
  readonly number: number;
  readonly streams: readonly Stream[];
  readonly lines: readonly LineState[];
  /** Lines of this cell alone. */
  readonly ownLines: LineState[];
  /** What these let through now, in bytes a second. */
  ownLimit: number;
  /** Lines with others, which can be too narrow for all. */
  readonly sharedLines: LineState[];
  /** Up to when its streams are served. */
  servedUntil: number;
  /** Nothing changes for the cell while shared lines leave each client at least this; `NaN`: not known. */
  settledLevel: number;
  /** What the shared lines leave to each client. */
  level: number;
  /** While lines are shared out: whether the level is known. */
  isFixed: boolean;
  /** Bytes a second of all its clients. */
  rate: number;
}
