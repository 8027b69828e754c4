import { blockBytes, idBytes } from '../format/constants.ts';
import type { FrameTable } from '../format/frame-table.ts';

/** Where a frame lies. */
export interface FramePlace {
  readonly frame: number;
  /** Position of the pack among the packs of the image. */
  readonly pack: number;
  readonly offsetBytes: number;
  readonly storedBytes: number;
  /** Number of its first stored block. */
  readonly firstBlock: number;
  readonly blocks: number;
}

/** All frames of an image, numbered through its packs in order, as their blocks are. */
export class FrameDirectory {
  readonly count: number;
  readonly blockCount: number;
  readonly ids: Uint8Array;
  /** First frame of each pack, and the count at the end. */
  readonly packFrames: Uint32Array;
  readonly #firstBlocks: Uint32Array;
  readonly #offsets: Uint32Array;
  readonly #storedBytes: Uint32Array;

  constructor(tables: readonly FrameTable[]) {
    this.count = tables.reduce((sum, table) => sum + table.blockCounts.length, 0);
    this.packFrames = new Uint32Array(tables.length + 1);
    this.#firstBlocks = new Uint32Array(this.count + 1);
    this.#offsets = new Uint32Array(this.count);
    this.#storedBytes = new Uint32Array(this.count);
    this.ids = new Uint8Array(this.count * idBytes);
    let [frame, block] = [0, 0];
    for (const [pack, table] of tables.entries()) {
      this.ids.set(table.ids, frame * idBytes);
      let offset = 0;
      for (const [index, stored] of table.storedBytes.entries()) {
        this.#firstBlocks[frame] = block;
        this.#offsets[frame] = offset;
        this.#storedBytes[frame] = stored;
        block += table.blockCounts[index] ?? 0;
        offset += stored;
        frame += 1;
      }
      this.packFrames[pack + 1] = frame;
    }
    this.#firstBlocks[frame] = block;
    this.blockCount = block;
  }

  /** Number of the frame that holds a stored block. */
  frameOf(block: number): number {
    return lastAtMost(this.#firstBlocks, this.count, block);
  }

  /** Number of the first stored block of a frame; of the count, the number of all blocks. */
  firstBlockOf(frame: number): number {
    return this.#firstBlocks[frame] ?? this.blockCount;
  }

  storedBytesOf(frame: number): number {
    return this.#storedBytes[frame] ?? 0;
  }

  /** Length of the blocks of a frame. */
  bytesOf(frame: number): number {
    return (this.firstBlockOf(frame + 1) - this.firstBlockOf(frame)) * blockBytes;
  }

  place(frame: number): FramePlace {
    const firstBlock = this.firstBlockOf(frame);
    return {
      frame,
      pack: lastAtMost(this.packFrames, this.packFrames.length - 1, frame),
      offsetBytes: this.#offsets[frame] ?? 0,
      storedBytes: this.storedBytesOf(frame),
      firstBlock,
      blocks: this.firstBlockOf(frame + 1) - firstBlock,
    };
  }

  idOf(frame: number): Uint8Array {
    return this.ids.subarray(frame * idBytes, (frame + 1) * idBytes);
  }
}

/** Position of the last of the first `count` ascending values that is at most `value`. */
function lastAtMost(values: Uint32Array, count: number, value: number): number {
  let [low, high] = [0, count];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((values[middle] ?? 0) <= value) low = middle;
    else high = middle;
  }
  return low;
}
