import type { DrawnStream } from './draw-streams.ts';
import { EventHeap } from './event-heap.ts';
import { buildNetwork, type Network } from './network.ts';
import type { Scenario } from './scenario.ts';
import { SharedLines } from './shared-lines.ts';

/** Nobody waits longer; who is not ready by then never is. */
const horizonSeconds = 366 * 86_400;

/** One run of a rollout, event by event. */
export class RolloutRun {
  readonly network: Network;
  /** Lines that give more or less, then cells, then lines that are shared out. */
  readonly #events: EventHeap;
  readonly #sharedLines: SharedLines;
  #now = 0;

  constructor(scenario: Scenario, drawn: readonly DrawnStream[]) {
    this.network = buildNetwork(scenario, drawn);
    const { lines, cells, rates } = this.network;
    this.#events = new EventHeap(2 * lines.all.length + cells.count);
    const agenda = { shareOutBy: this.#shareOutBy, planCell: this.#planCell };
    this.#sharedLines = new SharedLines(lines, cells, rates, agenda);
    for (const line of lines.all.keys()) this.#planLine(line);
    for (let cell = 0; cell < cells.count; cell += 1) this.#planCell(cell);
  }

  /** Seconds since the announcement. */
  get now(): number {
    return this.#now;
  }

  /** Clients that are not ready. */
  get waiting(): number {
    const { clientCount, readyCount } = this.network.streams.outcomes;
    return clientCount - readyCount;
  }

  /** How often sharing out lines has looked at a location so far. */
  get visits(): number {
    return this.#sharedLines.visits;
  }

  /**
   * Goes on for some events.
   *
   * @returns whether there is more to do
   */
  advance(events: number): boolean {
    for (let count = 0; count < events; count += 1) {
      const now = this.#events.firstTime;
      if (this.waiting === 0 || now > horizonSeconds) return false;
      this.#now = now;
      this.#handle(this.#events.first);
    }
    return true;
  }

  #handle(thing: number): void {
    const { lines, cells } = this.network;
    const firstShared = lines.all.length + cells.count;
    if (thing < lines.all.length) this.#changeLine(thing);
    else if (thing < firstShared) this.#changeCell(thing - lines.all.length);
    else {
      this.#events.set(thing, Infinity);
      this.#sharedLines.shareOut(thing - firstShared, this.#now);
    }
  }

  #changeLine(line: number): void {
    const { lines, cells, rates } = this.network;
    lines.setCapacity(line, this.#now);
    this.#planLine(line);
    // Before time goes on, so that no line is ever above its capacity.
    if (lines.cells.length(line) > 1) this.#shareOutBy(line, this.#now);
    else {
      for (const cell of lines.cells.of(line)) {
        rates.limit(cell);
        cells.serve(cell, this.#now);
        this.#sharedLines.adapt(cell, cells.active[cell] ?? 0, Infinity, this.#now);
        this.#planCell(cell);
      }
    }
  }

  /** Clients of a cell join or are done. */
  #changeCell(cell: number): void {
    const { cells, streams } = this.network;
    const active = cells.active[cell] ?? 0;
    const changes = streams.changes;
    cells.serve(cell, this.#now);
    cells.change(cell, this.#now);
    this.#sharedLines.adapt(cell, active, streams.changes - changes, this.#now);
    this.#planCell(cell);
  }

  #planLine(line: number): void {
    this.#events.set(line, this.network.lines.nextChange(line, this.#now));
  }

  readonly #planCell = (cell: number): void => {
    const { lines, cells } = this.network;
    this.#events.set(lines.all.length + cell, cells.nextTime(cell, this.#now));
  };

  readonly #shareOutBy = (line: number, time: number): void => {
    const thing = this.network.lines.all.length + this.network.cells.count + line;
    this.#events.set(thing, Math.min(this.#events.timeOf(thing), time));
  };
}
