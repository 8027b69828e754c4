import { createHash } from 'node:crypto';
import { idBytes, packTargetBytes } from '../format/constants.ts';
import type { FrameTable } from '../format/frame-table.ts';
import { releaseBuffer } from '../format/release-buffer.ts';
import { GrowableWords } from '../index/growable-words.ts';
import type { EncodedFrames } from '../workers/tasks.ts';
import type { PackBuffers } from './pack-buffers.ts';

/** A finished pack, whole in memory. */
export interface NewPack {
  readonly digest: string;
  readonly sizeBytes: number;
  readonly blocks: number;
  /** The beginning of one of the buffers; whoever takes the pack gives it back. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly table: FrameTable;
}

/** Gathers frames into packs, in order: a pack ends with the frame that brings it to the target size. */
export async function* gatherPacks(
  frames: AsyncIterable<EncodedFrames>,
  buffers: PackBuffers,
): AsyncGenerator<NewPack, void, undefined> {
  let pack = new PackBuilder(buffers.take());
  for await (const batch of frames) {
    let from = 0;
    for (const [index, storedBytes] of batch.storedBytes.entries()) {
      const stored = batch.stored.subarray(from, from + storedBytes);
      const id = batch.ids.subarray(index * idBytes, (index + 1) * idBytes);
      pack.add(stored, id, batch.blockCounts[index] ?? 0);
      from += storedBytes;
      if (pack.sizeBytes < packTargetBytes) continue;
      yield pack.finish();
      pack = new PackBuilder(buffers.take());
    }
    releaseBuffer(batch.stored);
  }
  if (pack.sizeBytes > 0) yield pack.finish();
}

class PackBuilder {
  sizeBytes = 0;
  #blocks = 0;
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #hash = createHash('sha256');
  readonly #ids: Uint8Array[] = [];
  readonly #storedBytes = new GrowableWords();
  readonly #blockCounts: number[] = [];

  constructor(buffer: Uint8Array<ArrayBuffer>) {
    this.#bytes = buffer;
  }

  add(stored: Uint8Array, id: Uint8Array, blocks: number): void {
    this.#bytes.set(stored, this.sizeBytes);
    this.#hash.update(stored);
    this.#ids.push(id);
    this.#storedBytes.push(stored.length);
    this.#blockCounts.push(blocks);
    this.sizeBytes += stored.length;
    this.#blocks += blocks;
  }

  finish(): NewPack {
    return {
      digest: `sha256:${this.#hash.digest('hex')}`,
      sizeBytes: this.sizeBytes,
      blocks: this.#blocks,
      bytes: this.#bytes.subarray(0, this.sizeBytes),
      table: {
        blockCounts: Uint8Array.from(this.#blockCounts),
        storedBytes: this.#storedBytes.view().slice(),
        ids: new Uint8Array(Buffer.concat(this.#ids)),
      },
    };
  }
}
