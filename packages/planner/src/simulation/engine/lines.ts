import { type Capacity, WeekSchedule } from './capacity.ts';
import { LoadRecords } from './load-records.ts';
import type { NumberLists } from './number-lists.ts';
import type { Line, Scenario } from './scenario.ts';

/** Samples of the load of a line. */
const sampleCount = 192;

/** Lines during a run, numbered from 0. */
export class Lines {
  readonly all: readonly Line[];
  /** Whose data passes each. */
  readonly cells: NumberLists;
  /** Bytes a second right now. */
  readonly capacity: Float64Array;
  readonly records: LoadRecords;
  readonly #schedules: readonly (WeekSchedule | null)[];
  readonly #startsAtSeconds: number;

  constructor(all: readonly Line[], cells: NumberLists, { startsAtSeconds }: Scenario) {
    this.all = all;
    this.cells = cells;
    this.capacity = new Float64Array(all.length);
    this.records = new LoadRecords(all.length, sampleCount);
    this.#startsAtSeconds = startsAtSeconds;
    const known = new Map<string, WeekSchedule>();
    this.#schedules = all.map(({ capacity }) => scheduleOf(capacity, known));
    for (const line of all.keys()) this.setCapacity(line, 0);
  }

  /** Sets what a line gives at a moment. */
  setCapacity(line: number, now: number): void {
    const capacity = this.all[line]?.capacity;
    if (!capacity) return;
    const isWorking = this.#schedules[line]?.isWorkingAt(this.#startsAtSeconds + now) ?? false;
    this.capacity[line] = isWorking ? capacity.workingBytesPerSecond : capacity.offBytesPerSecond;
  }

  /** When a line gives more or less next; `Infinity`: never. */
  nextChange(line: number, now: number): number {
    const schedule = this.#schedules[line];
    return schedule ? schedule.nextChange(this.#startsAtSeconds + now) - this.#startsAtSeconds : Infinity;
  }
}

function scheduleOf({ hours }: Capacity, known: Map<string, WeekSchedule>): WeekSchedule | null {
  if (!hours) return null;
  const key = JSON.stringify(hours);
  const schedule = known.get(key) ?? new WeekSchedule(hours);
  known.set(key, schedule);
  return schedule;
}
