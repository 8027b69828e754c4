import type { NumberLists } from './number-lists.ts';
import { type Demand, levelWithin } from './shares.ts';
import type { Streams } from './streams.ts';

/** Which streams and lines belong to each cell. */
export interface CellParts {
  readonly streams: NumberLists;
  /** Lines on the way. */
  readonly lines: NumberLists;
  /** Those of this cell alone. */
  readonly ownLines: NumberLists;
  /** Those with other cells that can be too narrow for all. */
  readonly sharedLines: NumberLists;
}

/** Cells, numbered from 0: streams whose data takes the same way, and so has the same troubles. */
export class Cells {
  readonly count: number;
  readonly parts: CellParts;
  /** Clients that load now. */
  readonly active: Float64Array;
  /** What the cell's own lines let through, in bytes a second. */
  readonly ownLimit: Float64Array;
  /** What a client can have at most as far as own lines and the clients themselves go. */
  readonly ownLevel: Float64Array;
  /** Bytes a second of all clients at that level. */
  readonly ownRate: Float64Array;
  /** What each client has, or less where it takes less. */
  readonly givenLevel: Float64Array;
  /** Bytes a second of all its clients. */
  readonly rate: Float64Array;
  readonly #streams: Streams;
  /** Up to this level, every client takes whatever it may have. */
  readonly #leastMaxRate: Float64Array;
  readonly #servedUntil: Float64Array;
  readonly #demand: Demand = { rate: 0, slope: 0 };
  /** Whose demand is asked for. */
  #asked = 0;

  constructor(count: number, parts: CellParts, streams: Streams) {
    this.count = count;
    this.parts = parts;
    this.active = new Float64Array(count);
    this.ownLimit = new Float64Array(count).fill(Infinity);
    this.ownLevel = new Float64Array(count);
    this.givenLevel = new Float64Array(count);
    this.rate = new Float64Array(count);
    this.#streams = streams;
    this.ownRate = new Float64Array(count);
    this.#leastMaxRate = new Float64Array(count).fill(Infinity);
    this.#servedUntil = new Float64Array(count);
    for (let cell = 0; cell < count; cell += 1) {
      for (const stream of parts.streams.of(cell)) {
        const least = Math.min(this.#leastMaxRate[cell] ?? 0, streams.maxRate[stream] ?? 0);
        this.#leastMaxRate[cell] = least;
      }
    }
  }

  /** What a client loads, where that is least. */
  leastBytes(cell: number): number {
    let least = Infinity;
    for (const stream of this.parts.streams.of(cell))
      least = Math.min(least, this.#streams.bytes[stream] ?? 0);
    return least;
  }

  /** When a client of the cell joins or is done next, if rates stay as they are. */
  nextTime(cell: number, now: number): number {
    const { streams } = this.parts;
    let time = Infinity;
    for (let place = streams.start(cell); place < streams.end(cell); place += 1) {
      time = Math.min(time, this.#streams.nextTime(streams.at(place), now));
    }
    return time;
  }

  /** Gives the clients what they have had since the last time, at the rates of their streams. */
  serve(cell: number, now: number): void {
    const { streams } = this.parts;
    const from = this.#servedUntil[cell] ?? 0;
    for (let place = streams.start(cell); place < streams.end(cell); place += 1) {
      this.#streams.serve(streams.at(place), from, now - from);
    }
    this.#servedUntil[cell] = now;
  }

  /** Lets go who is done, and those begin whose time has come. */
  change(cell: number, now: number): void {
    const { streams } = this.parts;
    for (let place = streams.start(cell); place < streams.end(cell); place += 1) {
      this.#streams.finish(streams.at(place), now);
      this.#streams.join(streams.at(place), now);
    }
    this.setOwnLevel(cell);
  }

  /** Finds out what the clients can have now as far as own lines and they themselves go. */
  setOwnLevel(cell: number): void {
    const { streams } = this.parts;
    let active = 0;
    let greatest = 0;
    for (let place = streams.start(cell); place < streams.end(cell); place += 1) {
      const clients = this.#streams.active[streams.at(place)] ?? 0;
      active += clients;
      if (clients > 0) greatest = Math.max(greatest, this.#streams.maxRate[streams.at(place)] ?? 0);
    }
    this.active[cell] = active;
    const level = Math.min(greatest, this.levelWithin(cell, this.ownLimit[cell] ?? 0));
    this.ownLevel[cell] = level;
    this.ownRate[cell] = this.#demandOfStreams(cell, level).rate;
  }

  /** The highest level at which a cell keeps within a limit. */
  levelWithin(cell: number, limit: number): number {
    this.#asked = cell;
    const active = this.active[cell] ?? 0;
    return active === 0 ? Infinity : levelWithin(limit, limit / active, this.#demandOfAsked);
  }

  /** Sets what each client has: the level, or less where it takes less. */
  give(cell: number, level: number): void {
    const { streams } = this.parts;
    let rate = 0;
    for (let place = streams.start(cell); place < streams.end(cell); place += 1) {
      const stream = streams.at(place);
      const clients = this.#streams.active[stream] ?? 0;
      const each = clients === 0 ? 0 : Math.min(level, this.#streams.maxRate[stream] ?? 0);
      this.#streams.rate[stream] = each;
      rate += each * clients;
    }
    this.givenLevel[cell] = level;
    this.rate[cell] = rate;
  }

  /** Bytes a second of all clients at a level. */
  rateAt(cell: number, level: number): number {
    if (level >= (this.ownLevel[cell] ?? 0)) return this.ownRate[cell] ?? 0;
    if (level <= (this.#leastMaxRate[cell] ?? 0)) return (this.active[cell] ?? 0) * level;
    return this.#demandOfStreams(cell, level).rate;
  }

  /** Adds to a demand what the clients want at a level, at most what own lines and another level let through. */
  addDemand(demand: Demand, cell: number, level: number, otherLevel: number): void {
    if (level >= Math.min(this.ownLevel[cell] ?? 0, otherLevel)) demand.rate += this.rateAt(cell, otherLevel);
    else if (level <= (this.#leastMaxRate[cell] ?? 0)) {
      const active = this.active[cell] ?? 0;
      demand.rate += active * level;
      demand.slope += active;
    } else {
      const { rate, slope } = this.#demandOfStreams(cell, level);
      demand.rate += rate;
      demand.slope += slope;
    }
  }

  /** Valid until the next call. */
  #demandOfStreams(cell: number, level: number): Demand {
    const { streams } = this.parts;
    this.#demand.rate = 0;
    this.#demand.slope = 0;
    for (let place = streams.start(cell); place < streams.end(cell); place += 1) {
      const stream = streams.at(place);
      const clients = this.#streams.active[stream] ?? 0;
      const most = this.#streams.maxRate[stream] ?? 0;
      this.#demand.rate += clients * Math.min(level, most);
      if (most > level) this.#demand.slope += clients;
    }
    return this.#demand;
  }

  readonly #demandOfAsked = (level: number): Demand => this.#demandOfStreams(this.#asked, level);
}
