import type { CellRates } from './cell-rates.ts';
import type { Cells } from './cells.ts';
import type { Lines } from './lines.ts';
import { type Demand, levelWithin } from './shares.ts';

/**
 * A shared line is shared out anew when this part of its clients has changed, or at the latest after this part of the
 * time a transfer takes. In between nobody takes from others; what is left over lies idle.
 */
const changedShare = 0.004;
/** Sharing out costs as much as there are cells; it waits for this part of them to have changed, too. */
const changedCellsShare = 1 / 64;
/** Part of a rate that may come from rounding. */
const rounding = 1e-9;

/** Told what follows from sharing out. */
export interface Agenda {
  /** The line is to be shared out at this time, or before if it was told so. */
  readonly shareOutBy: (line: number, time: number) => void;
  /** The clients of the cell have other rates. */
  readonly planCell: (cell: number) => void;
}

/**
 * Shares out lines that several cells fill, max-min fairly: nobody could have more without taking from somebody who has
 * no more. A full line has a level, what it leaves to each client, at which it is just full when everybody has the least
 * of the levels on the way. A line is shared out by itself, with the levels of the others as they are, so that what
 * happens in one part of a network costs nothing in another; lines that then carry more or less follow.
 */
export class SharedLines {
  readonly #lines: Lines;
  readonly #cells: Cells;
  readonly #rates: CellRates;
  readonly #agenda: Agenda;
  /** What each line leaves to each client; `Infinity`: it is not full. */
  readonly #level: Float64Array;
  /** Clients held back by each line that joined or left since it was shared out. */
  readonly #changes: Float64Array;
  readonly #activeClients: Float64Array;
  readonly #activeCells: Float64Array;
  /** What a client behind it loads, where that is least. */
  readonly #leastBytes: Float64Array;
  /** How much more the clients behind each line are due than when it was shared out, because of other lines. */
  readonly #drift: Float64Array;
  /** Bytes a second that the clients of each cell are due, by the levels on their way. */
  readonly #dueRate: Float64Array;
  readonly #demand: Demand = { rate: 0, slope: 0 };
  /** The line that is shared out. */
  #asked = -1;
  #visits = 0;

  constructor(lines: Lines, cells: Cells, rates: CellRates, agenda: Agenda) {
    const count = lines.all.length;
    this.#lines = lines;
    this.#cells = cells;
    this.#rates = rates;
    this.#agenda = agenda;
    this.#level = new Float64Array(count).fill(Infinity);
    this.#changes = new Float64Array(count);
    this.#activeClients = new Float64Array(count);
    this.#activeCells = new Float64Array(count);
    this.#leastBytes = new Float64Array(count).fill(Infinity);
    this.#drift = new Float64Array(count);
    this.#dueRate = new Float64Array(cells.count);
    for (let cell = 0; cell < cells.count; cell += 1) {
      for (const line of cells.parts.sharedLines.of(cell)) {
        this.#leastBytes[line] = Math.min(this.#leastBytes[line] ?? 0, cells.leastBytes(cell));
      }
    }
  }

  /** How often a cell was looked at so far; what sharing out costs, on any machine. */
  get visits(): number {
    return this.#visits;
  }

  /**
   * Gives the clients of a cell what they can have after a change without taking from others.
   *
   * @param before clients that were active
   * @param changes clients that joined or left; `Infinity`: what its lines give has changed
   */
  adapt(cell: number, before: number, changes: number, now: number): void {
    const { active, ownLevel, parts } = this.#cells;
    const level = this.#levelOf(cell);
    const allowed = Math.min(level, this.#levelAllowed(cell, -1));
    const isHeld = allowed < (ownLevel[cell] ?? 0) * (1 - rounding);
    const more = this.#rates.give(cell, Math.min(allowed, ownLevel[cell] ?? 0), now);
    const moreDue = this.#setDueRate(cell);
    this.#visits += 1;
    for (let place = parts.sharedLines.start(cell); place < parts.sharedLines.end(cell); place += 1) {
      const line = parts.sharedLines.at(place);
      this.#activeClients[line] = (this.#activeClients[line] ?? 0) + (active[cell] ?? 0) - before;
      this.#activeCells[line] =
        (this.#activeCells[line] ?? 0) + Math.sign(active[cell] ?? 0) - Math.sign(before);
      const holds = (this.#level[line] ?? 0) < Infinity && (this.#level[line] ?? 0) <= level * (1 + rounding);
      const isTight = allowed < level && this.#isTight(line);
      const isFull = (this.#level[line] ?? 0) < Infinity;
      if ((isHeld && (holds || isTight)) || (more < 0 && holds)) this.#note(line, changes, now);
      // Held back elsewhere, whoever leaves had a share of this line all the same.
      else if (more < 0 && isFull) this.#note(line, this.#worth(line, -more), now);
      else this.#noteDrift(line, moreDue, now);
    }
  }

  /** Shares out a line. */
  shareOut(line: number, now: number): void {
    const { cells, capacity, records } = this.#lines;
    const { givenLevel, rate } = this.#cells;
    const start = cells.start(line);
    const end = cells.end(line);
    this.#visits += 3 * (end - start);
    this.#changes[line] = 0;
    this.#drift[line] = 0;
    this.#asked = line;
    this.#level[line] = levelWithin(capacity[line] ?? 0, this.#level[line] ?? 0, this.#demandOfAsked);
    // Those who are to have less first, which leaves room for the others.
    for (let place = start; place < end; place += 1) {
      const cell = cells.at(place);
      const due = this.#dueLevel(cell);
      if (due < (givenLevel[cell] ?? 0)) this.#move(cell, due, now);
    }
    for (let place = start; place < end; place += 1) {
      const cell = cells.at(place);
      const due = this.#dueLevel(cell);
      if (due > (givenLevel[cell] ?? 0)) this.#raise(cell, due, now);
    }
    let all = 0;
    for (let place = start; place < end; place += 1) {
      all += rate[cells.at(place)] ?? 0;
      this.#tellOthers(cells.at(place), now);
    }
    // Without what rounding has added up to.
    records.setRate(line, now, all);
  }

  /** Raises the clients of a cell to a level, as far as the other lines on their way let them. */
  #raise(cell: number, due: number, now: number): void {
    const { parts, givenLevel } = this.#cells;
    const allowed = this.#levelAllowed(cell, this.#asked);
    const level = Math.min(due, allowed);
    if (level > (givenLevel[cell] ?? 0)) this.#move(cell, level, now);
    if (allowed >= due * (1 - rounding)) return;
    const missing = this.#cells.rateAt(cell, due) - (this.#cells.rate[cell] ?? 0);
    for (const line of parts.sharedLines.of(cell)) {
      if (line !== this.#asked && this.#isTight(line)) this.#note(line, this.#worth(line, missing), now);
    }
  }

  #move(cell: number, level: number, now: number): void {
    this.#cells.serve(cell, now);
    this.#rates.give(cell, level, now);
    this.#agenda.planCell(cell);
  }

  /** Lets the other lines of a cell know what its clients are due after a line was shared out. */
  #tellOthers(cell: number, now: number): void {
    const { sharedLines } = this.#cells.parts;
    const more = this.#setDueRate(cell);
    for (let place = sharedLines.start(cell); place < sharedLines.end(cell); place += 1) {
      const line = sharedLines.at(place);
      if (line !== this.#asked) this.#noteDrift(line, more, now);
    }
  }

  /** @returns how many more bytes a second the clients of a cell are due than before */
  #setDueRate(cell: number): number {
    const due = this.#cells.rateAt(cell, this.#levelOf(cell));
    const more = due - (this.#dueRate[cell] ?? 0);
    this.#dueRate[cell] = due;
    return more;
  }

  #noteDrift(line: number, more: number, now: number): void {
    if (more === 0 || this.#level[line] === Infinity) return;
    this.#drift[line] = (this.#drift[line] ?? 0) + more;
    this.#note(line, 0, now);
  }

  #note(line: number, changes: number, now: number): void {
    this.#changes[line] = (this.#changes[line] ?? 0) + changes;
    const level = this.#level[line] ?? 0;
    const enough = Math.max(
      (this.#activeClients[line] ?? 0) * changedShare,
      (this.#activeCells[line] ?? 0) * changedCellsShare,
    );
    const changed = (this.#changes[line] ?? 0) + this.#worth(line, Math.abs(this.#drift[line] ?? 0));
    const isDue = level === Infinity || changed >= enough;
    this.#agenda.shareOutBy(line, isDue ? now : now + (changedShare * (this.#leastBytes[line] ?? 0)) / level);
  }

  /** How many clients have so many bytes a second. */
  #worth(line: number, rate: number): number {
    return rate === 0 ? 0 : rate / (this.#level[line] ?? 0);
  }

  #isTight(line: number): boolean {
    return this.#rates.spareOf(line) <= (this.#lines.capacity[line] ?? 0) * rounding;
  }

  /** What the clients of a cell are to have each. */
  #dueLevel(cell: number): number {
    return Math.min(this.#cells.ownLevel[cell] ?? 0, this.#levelOf(cell));
  }

  /** The least of the levels on a cell's way, apart from one line. */
  #levelOf(cell: number, except = -1): number {
    const { sharedLines } = this.#cells.parts;
    let level = Infinity;
    for (let place = sharedLines.start(cell); place < sharedLines.end(cell); place += 1) {
      const line = sharedLines.at(place);
      if (line !== except) level = Math.min(level, this.#level[line] ?? 0);
    }
    return level;
  }

  /** What the clients of a cell can have without taking from others on any line, apart from one. */
  #levelAllowed(cell: number, except: number): number {
    const { rate, ownRate, parts } = this.#cells;
    const { sharedLines } = parts;
    let spare = Infinity;
    for (let place = sharedLines.start(cell); place < sharedLines.end(cell); place += 1) {
      const line = sharedLines.at(place);
      if (line !== except) spare = Math.min(spare, this.#rates.spareOf(line));
    }
    const allowance = (rate[cell] ?? 0) + spare;
    return allowance < (ownRate[cell] ?? 0) ? this.#cells.levelWithin(cell, allowance) : Infinity;
  }

  readonly #demandOfAsked = (level: number): Demand => {
    const { cells } = this.#lines;
    const demand = this.#demand;
    demand.rate = 0;
    demand.slope = 0;
    this.#visits += cells.length(this.#asked);
    for (let place = cells.start(this.#asked); place < cells.end(this.#asked); place += 1) {
      const cell = cells.at(place);
      this.#cells.addDemand(demand, cell, level, this.#levelOf(cell, this.#asked));
    }
    return demand;
  };
}
