import type { LongOperationOptions } from '@carrel/kit';
import { blockBytes } from '../format/constants.ts';
import { releaseBuffer } from '../format/release-buffer.ts';
import type { BlockRuns } from '../index/block-runs.ts';
import type { BlockTable } from '../index/block-table.ts';
import { isZeroChunk } from '../pack/read-chunks.ts';
import { inOrder } from '../workers/in-order.ts';
import type { WorkerPool } from '../workers/worker-pool.ts';
import type { PartialFile } from './partial-file.ts';
import type { PlacedBlocks } from './placed-blocks.ts';

const chunkBlocks = 256;

export interface ResumeOptions extends LongOperationOptions {
  readonly file: PartialFile;
  readonly pool: WorkerPool;
  readonly runs: BlockRuns;
  readonly ids: BlockTable;
  readonly placed: PlacedBlocks;
}

/**
 * Finds out what an interrupted run left: every block that is already what it should be is marked done, every one
 * that should be zero and is not is made zero. Nothing but the bytes themselves is trusted.
 */
export async function resumePartialFile(options: ResumeOptions): Promise<void> {
  const { file, pool, signal } = options;
  const diskBlocks = Math.ceil(file.sizeBytes / blockBytes);
  const starts = Array.from({ length: Math.ceil(diskBlocks / chunkBlocks) }, (_, at) => at * chunkBlocks);
  const identify = async (firstBlock: number) => {
    const count = Math.min(chunkBlocks, diskBlocks - firstBlock);
    const blocks = await file.readBlocks(firstBlock, count);
    if (!isZeroChunk(blocks)) return { firstBlock, found: await pool.run({ kind: 'identify', blocks }) };
    releaseBuffer(blocks);
    return { firstBlock, found: undefined };
  };
  for await (const { firstBlock, found } of inOrder(starts, pool.threads * 2, identify)) {
    signal?.throwIfAborted();
    const doneBytes = Math.min(file.sizeBytes, (firstBlock + chunkBlocks) * blockBytes);
    options.onProgress?.({ phase: 'checking what is there', doneBytes, totalBytes: file.sizeBytes });
    if (found === undefined) continue;
    const expected = expectedBlocks(options.runs, firstBlock, found.zeros.length);
    for (const [index, stored] of expected.entries()) {
      if (found.zeros[index] === 1) continue;
      if (stored === -1) await file.writeBlocks(firstBlock + index, zeroBlock);
      else if (options.ids.isId(stored, found.ids, index * 4)) options.placed.markDone(firstBlock + index);
    }
    releaseBuffer(found.blocks);
  }
}

const zeroBlock = new Uint8Array(blockBytes);

/** The stored block of each disk block, -1 where it is zero. */
function expectedBlocks(runs: BlockRuns, firstBlock: number, count: number): Int32Array {
  const expected = new Int32Array(count).fill(-1);
  for (const run of runs.within(firstBlock, firstBlock + count)) {
    for (let at = 0; at < run.blocks; at += 1) expected[run.block - firstBlock + at] = run.stored + at;
  }
  return expected;
}
