import { GrowableWords } from './growable-words.ts';

/** Consecutive blocks of a disk whose content are consecutive stored blocks. */
export interface BlockRun {
  readonly block: number;
  readonly blocks: number;
  /** Number of the first stored block. */
  readonly stored: number;
}

/** Which stored block each block of a disk holds; blocks in no run are zero. Twelve bytes a run. */
export class BlockRuns {
  readonly #starts = new GrowableWords();
  readonly #lengths = new GrowableWords();
  readonly #stored = new GrowableWords();
  #end = 0;
  #nextStored = -1;

  get count(): number {
    return this.#starts.length;
  }

  /** Appends blocks behind all others; joins them to the last run where they continue it. */
  add(block: number, blocks: number, stored: number): void {
    if (block < this.#end) throw new RangeError('Runs must be added in ascending order.');
    if (block === this.#end && stored === this.#nextStored) {
      this.#lengths.replaceLast((this.#lengths.last ?? 0) + blocks);
    } else {
      this.#starts.push(block);
      this.#lengths.push(blocks);
      this.#stored.push(stored);
    }
    this.#end = block + blocks;
    this.#nextStored = stored + blocks;
  }

  at(index: number): BlockRun {
    return { block: this.#starts.at(index), blocks: this.#lengths.at(index), stored: this.#stored.at(index) };
  }

  /** The parts of runs that lie in blocks `from` to `to` (excluded), ascending. */
  *within(from: number, to: number): Generator<BlockRun, void, undefined> {
    for (let index = this.#firstEndingAfter(from); index < this.count; index += 1) {
      const run = this.at(index);
      if (run.block >= to) return;
      const skipped = Math.max(0, from - run.block);
      const blocks = Math.min(run.block + run.blocks, to) - run.block - skipped;
      yield { block: run.block + skipped, blocks, stored: run.stored + skipped };
    }
  }

  #firstEndingAfter(block: number): number {
    const [starts, lengths] = [this.#starts.view(), this.#lengths.view()];
    let [low, high] = [0, this.count];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((starts[middle] ?? 0) + (lengths[middle] ?? 0) <= block) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
