import type { BlockRuns } from '../index/block-runs.ts';

/** Where on the disk each stored block belongs: often one place, sometimes many, sometimes none. */
export class BlockPlaces {
  /** For each stored block the position of its first place in `#places`; one more at the end. */
  readonly #starts: Uint32Array;
  readonly #places: Uint32Array;

  constructor(runs: BlockRuns, storedBlocks: number) {
    const starts = new Uint32Array(storedBlocks + 1);
    for (let index = 0; index < runs.count; index += 1) {
      const { stored, blocks } = runs.at(index);
      for (let block = stored; block < stored + blocks; block += 1) starts[block] = (starts[block] ?? 0) + 1;
    }
    // Each start is first the end of its block's places, and moves down as they are filled in from behind.
    let sum = 0;
    for (let block = 0; block <= storedBlocks; block += 1) starts[block] = sum += starts[block] ?? 0;
    this.#places = new Uint32Array(sum);
    for (let index = runs.count - 1; index >= 0; index -= 1) {
      const { block, blocks, stored } = runs.at(index);
      for (let at = blocks - 1; at >= 0; at -= 1) {
        const place = (starts[stored + at] ?? 0) - 1;
        starts[stored + at] = place;
        this.#places[place] = block + at;
      }
    }
    this.#starts = starts;
  }

  /** How many places the stored block has. */
  countOf(stored: number): number {
    return (this.#starts[stored + 1] ?? 0) - (this.#starts[stored] ?? 0);
  }

  /** A disk block that holds the stored block; they are numbered from 0, ascending. */
  at(stored: number, number: number): number {
    return this.#places[(this.#starts[stored] ?? 0) + number] ?? 0;
  }
}
