import type { UnusedRun } from './unused-runs.ts';

/** Finds the runs that touch a range among many that ascend without overlap. */
export class RunIndex {
  readonly #runs: readonly UnusedRun[];

  constructor(runs: readonly UnusedRun[]) {
    this.#runs = runs;
  }

  /** The parts of runs inside the range, ascending. */
  *within(offsetBytes: number, lengthBytes: number): Iterable<UnusedRun> {
    const endBytes = offsetBytes + lengthBytes;
    for (let index = this.#firstEndingAfter(offsetBytes); ; index += 1) {
      const run = this.#runs[index];
      if (!run || run.offsetBytes >= endBytes) return;
      const start = Math.max(run.offsetBytes, offsetBytes);
      const end = Math.min(run.offsetBytes + run.lengthBytes, endBytes);
      yield { offsetBytes: start, lengthBytes: end - start };
    }
  }

  #firstEndingAfter(offsetBytes: number): number {
    let [low, high] = [0, this.#runs.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const run = this.#runs[middle];
      if (run && run.offsetBytes + run.lengthBytes <= offsetBytes) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
