import type { BlockRuns } from '../index/block-runs.ts';

/** Where on the disk each stored block belongs: often one place, sometimes many, sometimes none. */
export class BlockPlaces {
  readonly #starts: Uint32Array;
  readonly #places: Uint32Array;

  constructor(runs: BlockRuns, storedBlocks: number) {
    this.#starts = new Uint32Array(storedBlocks + 1);
    for (let index = 0; index < runs.count; index += 1) {
      const run = runs.at(index);
      for (let at = 0; at < run.blocks; at += 1) this.#count(run.stored + at + 1);
    }
    for (let block = 0; block < storedBlocks; block += 1) {
      this.#starts[block + 1] = (this.#starts[block + 1] ?? 0) + (this.#starts[block] ?? 0);
    }
    this.#places = new Uint32Array(this.#starts[storedBlocks] ?? 0);
    const next = this.#starts.slice();
    for (let index = 0; index < runs.count; index += 1) {
      const run = runs.at(index);
      for (let at = 0; at < run.blocks; at += 1) {
        const place = next[run.stored + at] ?? 0;
        this.#places[place] = run.block + at;
        next[run.stored + at] = place + 1;
      }
    }
  }

  /** Disk blocks that hold the stored block, ascending. */
  of(stored: number): Uint32Array {
    return this.#places.subarray(this.#starts[stored] ?? 0, this.#starts[stored + 1] ?? 0);
  }

  /** Whether the image uses the stored block at all. */
  isUsed(stored: number): boolean {
    return (this.#starts[stored + 1] ?? 0) > (this.#starts[stored] ?? 0);
  }

  #count(index: number): void {
    this.#starts[index] = (this.#starts[index] ?? 0) + 1;
  }
}
