import type { CellRates } from './cell-rates.ts';
import type { Cells } from './cells.ts';
import { Column } from './column.ts';
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
  readonly #level: Column;
  /** Clients that joined or left since it was shared out, or whose rate it carries more or less. */
  readonly #changes: Column;
  readonly #activeClients: Column;
  readonly #activeCells: Column;
  /** What a client behind it loads, where that is least. */
  readonly #leastBytes: Column;
  /** While a line is shared out: how much more each line carries. */
  readonly #more: Column;
  readonly #demand: Demand = { rate: 0, slope: 0 };
  /** The line that is shared out. */
  #asked = -1;

  constructor(lines: Lines, cells: Cells, rates: CellRates, agenda: Agenda) {
    const count = lines.all.length;
    this.#lines = lines;
    this.#cells = cells;
    this.#rates = rates;
    this.#agenda = agenda;
    this.#level = new Column(count, Infinity);
    this.#changes = new Column(count);
    this.#activeClients = new Column(count);
    this.#activeCells = new Column(count);
    this.#leastBytes = new Column(count, Infinity);
    this.#more = new Column(count);
    for (let cell = 0; cell < cells.count; cell += 1) {
      for (const line of cells.parts.sharedLines.of(cell)) {
        this.#leastBytes.put(line, Math.min(this.#leastBytes.at(line), cells.leastBytes(cell)));
      }
    }
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
    const isHeld = allowed < ownLevel.at(cell) * (1 - rounding);
    const more = this.#rates.give(cell, Math.min(allowed, ownLevel.at(cell)), now);
    for (let place = parts.sharedLines.start(cell); place < parts.sharedLines.end(cell); place += 1) {
      const line = parts.sharedLines.at(place);
      this.#activeClients.add(line, active.at(cell) - before);
      this.#activeCells.add(line, Math.sign(active.at(cell)) - Math.sign(before));
      const holds = this.#level.at(line) < Infinity && this.#level.at(line) <= level * (1 + rounding);
      const isTight = allowed < level && this.#isTight(line);
      if ((isHeld && (holds || isTight)) || (more < 0 && holds)) this.#note(line, changes, now);
    }
  }

  /** Shares out a line. */
  shareOut(line: number, now: number): void {
    const { cells, capacity, records } = this.#lines;
    const { givenLevel, rate } = this.#cells;
    const start = cells.start(line);
    const end = cells.end(line);
    this.#changes.put(line, 0);
    this.#asked = line;
    this.#level.put(line, levelWithin(capacity.at(line), this.#level.at(line), this.#demandOfAsked));
    // Those who are to have less first, which leaves room for the others.
    for (let place = start; place < end; place += 1) {
      const cell = cells.at(place);
      const due = this.#dueLevel(cell);
      if (due < givenLevel.at(cell)) this.#move(cell, due, now);
    }
    for (let place = start; place < end; place += 1) {
      const cell = cells.at(place);
      const due = this.#dueLevel(cell);
      if (due > givenLevel.at(cell)) this.#raise(cell, due, now);
    }
    let all = 0;
    for (let place = start; place < end; place += 1) {
      all += rate.at(cells.at(place));
      this.#noteOthers(cells.at(place), now);
    }
    // Without what rounding has added up to.
    records.setRate(line, now, all);
  }

  /** Raises the clients of a cell to a level, as far as the other lines on their way let them. */
  #raise(cell: number, due: number, now: number): void {
    const { parts, givenLevel } = this.#cells;
    const allowed = this.#levelAllowed(cell, this.#asked);
    const level = Math.min(due, allowed);
    if (level > givenLevel.at(cell)) this.#move(cell, level, now);
    if (allowed >= due * (1 - rounding)) return;
    const missing = this.#cells.rateAt(cell, due) - this.#cells.rate.at(cell);
    for (const line of parts.sharedLines.of(cell)) {
      if (line !== this.#asked && this.#isTight(line)) this.#note(line, this.#worth(line, missing), now);
    }
  }

  #move(cell: number, level: number, now: number): void {
    const { sharedLines } = this.#cells.parts;
    this.#cells.serve(cell, now);
    const more = this.#rates.give(cell, level, now);
    this.#agenda.planCell(cell);
    for (let place = sharedLines.start(cell); place < sharedLines.end(cell); place += 1) {
      this.#more.add(sharedLines.at(place), more);
    }
  }

  /** Lets full lines follow that carry more or less after another one was shared out. */
  #noteOthers(cell: number, now: number): void {
    const { sharedLines } = this.#cells.parts;
    for (let place = sharedLines.start(cell); place < sharedLines.end(cell); place += 1) {
      const line = sharedLines.at(place);
      const more = this.#more.at(line);
      if (more === 0) continue;
      this.#more.put(line, 0);
      if (line !== this.#asked && this.#level.at(line) < Infinity) {
        this.#note(line, this.#worth(line, Math.abs(more)), now);
      }
    }
  }

  #note(line: number, changes: number, now: number): void {
    this.#changes.add(line, changes);
    const level = this.#level.at(line);
    const enough = Math.max(
      this.#activeClients.at(line) * changedShare,
      this.#activeCells.at(line) * changedCellsShare,
    );
    const isDue = level === Infinity || this.#changes.at(line) >= enough;
    this.#agenda.shareOutBy(line, isDue ? now : now + (changedShare * this.#leastBytes.at(line)) / level);
  }

  /** How many clients have so many bytes a second. */
  #worth(line: number, rate: number): number {
    return rate === 0 ? 0 : rate / this.#level.at(line);
  }

  #isTight(line: number): boolean {
    return this.#rates.spareOf(line) <= this.#lines.capacity.at(line) * rounding;
  }

  /** What the clients of a cell are to have each. */
  #dueLevel(cell: number): number {
    return Math.min(this.#cells.ownLevel.at(cell), this.#levelOf(cell));
  }

  /** The least of the levels on a cell's way, apart from one line. */
  #levelOf(cell: number, except = -1): number {
    const { sharedLines } = this.#cells.parts;
    let level = Infinity;
    for (let place = sharedLines.start(cell); place < sharedLines.end(cell); place += 1) {
      const line = sharedLines.at(place);
      if (line !== except) level = Math.min(level, this.#level.at(line));
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
    const allowance = rate.at(cell) + spare;
    return allowance < ownRate.at(cell) ? this.#cells.levelWithin(cell, allowance) : Infinity;
  }

  readonly #demandOfAsked = (level: number): Demand => {
    const { cells } = this.#lines;
    const demand = this.#demand;
    demand.rate = 0;
    demand.slope = 0;
    for (let place = cells.start(this.#asked); place < cells.end(this.#asked); place += 1) {
      const cell = cells.at(place);
      this.#cells.addDemand(demand, cell, level, this.#levelOf(cell, this.#asked));
    }
    return demand;
  };
}
