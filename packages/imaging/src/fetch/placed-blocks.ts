import { blockBytes } from '../format/constants.ts';
import type { BlockPlaces } from './block-places.ts';
import type { PartialFile } from './partial-file.ts';

/** Puts verified stored blocks into all their places, and remembers which places of the disk are done. */
export class PlacedBlocks {
  readonly #file: PartialFile;
  readonly #places: BlockPlaces;
  /** One bit a disk block. */
  readonly #done: Uint8Array;
  #doneCount = 0;

  constructor(file: PartialFile, places: BlockPlaces) {
    this.#file = file;
    this.#places = places;
    this.#done = new Uint8Array(Math.ceil(file.sizeBytes / blockBytes / 8) + 1);
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

  isDone(diskBlock: number): boolean {
    return ((this.#done[diskBlock >>> 3] ?? 0) & (1 << (diskBlock & 7))) !== 0;
  }

  /** Whether some place of the stored block is not done. */
  isMissing(stored: number): boolean {
    return this.#places.of(stored).some((place) => !this.isDone(place));
  }

  /**
   * Writes consecutive stored blocks wherever they are missing, neighbours together.
   *
   * @throws {DISK_FULL}
   */
  async put(firstStored: number, bytes: Uint8Array): Promise<void> {
    let [runBlock, runStart, runEnd] = [-1, 0, 0];
    const flush = async (): Promise<void> => {
      if (runEnd > runStart) await this.#file.writeBlocks(runBlock, bytes.subarray(runStart, runEnd));
    };
    for (let at = 0; at * blockBytes < bytes.length; at += 1) {
      const offset = at * blockBytes;
      for (const place of this.#places.of(firstStored + at)) {
        if (this.isDone(place)) continue;
        const continues = runEnd === offset && place === runBlock + (runEnd - runStart) / blockBytes;
        if (!continues || runEnd === runStart) {
          await flush();
          [runBlock, runStart] = [place, offset];
        }
        runEnd = offset + blockBytes;
        this.markDone(place);
      }
    }
    await flush();
  }
}
