import type { Cells } from './cells.ts';
import type { Lines } from './lines.ts';

/** Gives the clients of cells their rates, and tells the records of the lines. */
export class CellRates {
  readonly #lines: Lines;
  readonly #cells: Cells;

  constructor(lines: Lines, cells: Cells) {
    this.#lines = lines;
    this.#cells = cells;
  }

  /** Takes note of what the cell's own lines let through now. */
  limit(cell: number): void {
    let limit = Infinity;
    for (const line of this.#cells.parts.ownLines.of(cell)) {
      limit = Math.min(limit, this.#lines.capacity[line] ?? 0);
    }
    this.#cells.ownLimit[cell] = limit;
    this.#cells.setOwnLevel(cell);
  }

  /**
   * Gives each client of a cell a level, or less where it takes less.
   *
   * @returns how many more bytes a second they have than before
   */
  give(cell: number, level: number, now: number): number {
    const { rate, parts } = this.#cells;
    const { cells, records } = this.#lines;
    const before = rate[cell] ?? 0;
    this.#cells.give(cell, level);
    const more = (rate[cell] ?? 0) - before;
    if (more === 0) return 0;
    for (let place = parts.lines.start(cell); place < parts.lines.end(cell); place += 1) {
      const line = parts.lines.at(place);
      const isAlone = cells.length(line) === 1;
      records.setRate(line, now, isAlone ? (rate[cell] ?? 0) : Math.max(0, records.rate(line) + more));
    }
    return more;
  }

  /** How much more a line can carry, in bytes a second. */
  spareOf(line: number): number {
    return Math.max(0, (this.#lines.capacity[line] ?? 0) - this.#lines.records.rate(line));
  }
}
