import { blockBytes } from '../format/constants.ts';
import type { BlockPlaces } from './block-places.ts';

/** Remembers which places of the disk hold their block already, and says what has to be written where. */
export class PlacedBlocks {
  readonly #sizeBytes: number;
  readonly #places: BlockPlaces;
  /** One bit a disk block. */
  readonly #done: Uint8Array;
  #doneCount = 0;

  constructor(diskBytes: number, places: BlockPlaces) {
    this.#sizeBytes = diskBytes;
    this.#places = places;
    this.#done = new Uint8Array(Math.ceil(diskBytes / blockBytes / 8) + 1);
  }

  /** Number of disk blocks done. */
  get doneCount(): number {
    return this.#doneCount;
  }

  markDone(diskBlock: number): void {
    const [byte, bit] = [diskBlock >>> 3, 1 << (diskBlock & 7)];
    const before = this.#done[byte] ?? 0;
    if ((before & bit) === 0) this.#doneCount += 1;
    this.#done[byte] = before | bit;
  }

  /** Whether some place of the stored block is not done. */
  isMissing(stored: number): boolean {
    return this.missingPlaces(stored) > 0;
  }

  /** In how many places the stored block is missing. */
  missingPlaces(stored: number): number {
    const count = this.#places.countOf(stored);
    let missing = 0;
    for (let number = 0; number < count; number += 1) {
      if (!this.#isDone(this.#places.at(stored, number))) missing += 1;
    }
    return missing;
  }

  /**
   * What has to be written to put consecutive stored blocks wherever they are missing: three numbers a write (offset
   * in the blocks, length, offset on the disk), neighbours together, without what lies behind the end of the disk.
   */
  writesFor(firstStored: number, blocks: number): Float64Array {
    const writes: number[] = [];
    let [from, bytes, offset] = [0, 0, -1];
    const flush = (): void => {
      const length = Math.min(bytes, this.#sizeBytes - offset);
      if (bytes > 0 && length > 0) writes.push(from, length, offset);
    };
    for (let at = 0; at < blocks; at += 1) {
      const count = this.#places.countOf(firstStored + at);
      for (let number = 0; number < count; number += 1) {
        const place = this.#places.at(firstStored + at, number);
        if (this.#isDone(place)) continue;
        const continues = from + bytes === at * blockBytes && offset + bytes === place * blockBytes;
        if (!continues) {
          flush();
          [from, bytes, offset] = [at * blockBytes, 0, place * blockBytes];
        }
        bytes += blockBytes;
      }
    }
    flush();
    return Float64Array.from(writes);
  }

  /** Stored blocks were written wherever they were missing. */
  markPlaced(firstStored: number, blocks: number): void {
    for (let at = 0; at < blocks; at += 1) {
      const count = this.#places.countOf(firstStored + at);
      for (let number = 0; number < count; number += 1)
        this.markDone(this.#places.at(firstStored + at, number));
    }
  }

  #isDone(diskBlock: number): boolean {
    return ((this.#done[diskBlock >>> 3] ?? 0) & (1 << (diskBlock & 7))) !== 0;
  }
}
