import type { LongOperationOptions } from '@carrel/kit';
import type { DiskReader } from '../disk/disk-reader.ts';
import { blockBytes, frameBlocks } from '../format/constants.ts';
import { releaseBuffer } from '../format/release-buffer.ts';
import type { BlockRuns } from '../index/block-runs.ts';
import type { BlockTable } from '../index/block-table.ts';
import { inOrder } from '../workers/in-order.ts';
import type { IdentifiedBlocks } from '../workers/tasks.ts';
import type { WorkerPool } from '../workers/worker-pool.ts';
import { type ChunkPlace, countDataBytes, dataChunks, isZeroChunk, readChunk } from './read-chunks.ts';

const batchBlocks = 16 * frameBlocks;

/** What reading the disk found so far; complete when the stream of new blocks has ended. */
export interface DiskContent {
  /** Which numbered block each block of the disk holds. */
  readonly runs: BlockRuns;
  /** Blocks that are not zero. */
  dataBlocks: number;
}

export interface ReadDiskOptions extends LongOperationOptions {
  readonly source: DiskReader;
  readonly pool: WorkerPool;
  /** Blocks known already; new ones are added. */
  readonly blocks: BlockTable;
}

/**
 * Reads a disk, fills in its content, and gives the blocks that were not known, in order and in batches of whole
 * frames.
 */
export async function* newBlocksOf(
  options: ReadDiskOptions,
  content: DiskContent,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const { source, pool, signal } = options;
  const identify = async (place: ChunkPlace): Promise<[ChunkPlace, IdentifiedBlocks | undefined]> => {
    const blocks = await readChunk(source, place, signal);
    if (!isZeroChunk(blocks)) return [place, await pool.run({ kind: 'identify', blocks })];
    releaseBuffer(blocks);
    return [place, undefined];
  };
  // Holes cost no time, so they do not count.
  const totalBytes = await countDataBytes(source, signal);
  let doneBytes = 0;
  let batch = new Uint8Array(batchBlocks * blockBytes);
  let filled = 0;
  for await (const [place, found] of inOrder(dataChunks(source, signal), pool.threads * 2, identify)) {
    signal?.throwIfAborted();
    doneBytes = Math.min(totalBytes, doneBytes + place.blocks * blockBytes);
    options.onProgress?.({ phase: 'packing', doneBytes, totalBytes });
    if (found === undefined) continue;
    for (let index = 0; index < place.blocks; index += 1) {
      if (found.zeros[index] === 1) continue;
      content.dataBlocks += 1;
      let number = options.blocks.find(found.ids, index * 4);
      if (number === -1) {
        number = options.blocks.add(found.ids, index * 4);
        batch.set(found.blocks.subarray(index * blockBytes, (index + 1) * blockBytes), filled);
        filled += blockBytes;
      }
      content.runs.add(place.firstBlock + index, 1, number);
      if (filled < batch.length) continue;
      yield batch;
      batch = new Uint8Array(batchBlocks * blockBytes);
      filled = 0;
    }
    releaseBuffer(found.blocks);
  }
  if (filled > 0) yield batch.slice(0, filled);
  releaseBuffer(batch);
}
