import { frameBlocks } from '../format/constants.ts';
import type { BootRun } from './boot-run.ts';

const blocksPerWord = 32;

/** Collects blocks in the order they are given, each once, as runs. Takes one bit for each block of the disk. */
export class RunBuilder {
  readonly #seen: Uint32Array;
  readonly #runs: [number, number][] = [];
  #blocks = 0;

  constructor(diskBlocks: number) {
    this.#seen = new Uint32Array(Math.ceil(diskBlocks / blocksPerWord));
  }

  /** Adds those of the blocks that are new. */
  add(first: number, blocks: number): void {
    for (let block = first; block < first + blocks; block += 1) {
      if (this.#has(block)) continue;
      const last = this.#runs.at(-1);
      const end = last === undefined ? 0 : last[0] + last[1];
      if (last !== undefined && this.#canJoin(end, block)) {
        for (let joined = end; joined <= block; joined += 1) this.#mark(joined);
        last[1] = block - last[0] + 1;
      } else {
        this.#mark(block);
        this.#runs.push([block, 1]);
      }
    }
  }

  /** How many blocks the runs have. */
  get blocks(): number {
    return this.#blocks;
  }

  /** A copy. */
  runs(): BootRun[] {
    return this.#runs.map(([first, blocks]) => [first, blocks]);
  }

  /** Blocks nearer than a frame come along with their neighbours anyway; fewer runs keep the root index small. */
  #canJoin(end: number, block: number): boolean {
    if (block < end || block - end >= frameBlocks) return false;
    for (let between = end; between < block; between += 1) if (this.#has(between)) return false;
    return true;
  }

  #has(block: number): boolean {
    return ((this.#seen[Math.floor(block / blocksPerWord)] ?? 0) & (1 << (block % blocksPerWord))) !== 0;
  }

  #mark(block: number): void {
    this.#blocks += 1;
    const word = Math.floor(block / blocksPerWord);
    this.#seen[word] = (this.#seen[word] ?? 0) | (1 << (block % blocksPerWord));
  }
}
