import { isAbortError } from '@carrel/kit';
import { blockBytes } from '../format/constants.ts';
import { releaseBuffer } from '../format/release-buffer.ts';
import type { StoredFrame } from '../image/image-reader.ts';
import type { ImageIndex } from '../index/image-index.ts';
import type { PackHolders } from '../index/pack-holders.ts';
import type { StoredFrames } from '../index/read-frames.ts';
import { tellFrames } from '../index/tell-frames.ts';
import { transferFrames } from '../index/transfer-frames.ts';
import type { ReadOptions } from '../repository/repository.ts';
import type { FrameSource } from '../sources/index.ts';
import { inOrder } from '../workers/in-order.ts';
import type { WorkerPool } from '../workers/worker-pool.ts';
import type { PartialFile } from './partial-file.ts';
import type { PlacedBlocks } from './placed-blocks.ts';
import type { FetchRange } from './plan-fetch.ts';

export interface DownloadOptions {
  readonly index: ImageIndex;
  readonly holders: PackHolders;
  readonly pool: WorkerPool;
  readonly file: PartialFile;
  readonly placed: PlacedBlocks;
  readonly connections: number;
  readonly read: ReadOptions;
  readonly isNeeded: (frame: number) => boolean;
  readonly onFrame: ((frame: StoredFrame) => void) | undefined;
  /** Told how many bytes of blocks came from where. */
  readonly onPlaced: (source: FrameSource, bytes: number) => void;
}

/**
 * Reads ranges of packs from the sources of the image, several at once. Worker threads open the frames and write
 * their blocks; nothing is written of a frame that is not what was packed.
 *
 * @throws {IMAGE_DATA_DAMAGED} for the first frame that no source has as it was packed, {DISK_FULL}, and what the
 * repositories throw
 */
export async function downloadFrames(ranges: readonly FetchRange[], options: DownloadOptions): Promise<void> {
  // One failure stops the other connections.
  const stop = new AbortController();
  const { signal } = options.read;
  const both = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  let failure: unknown;
  const download = async (range: FetchRange): Promise<void> => {
    try {
      await downloadRange(range, { ...options, read: { ...options.read, signal: both } });
    } catch (error) {
      if (failure === undefined || isAbortError(failure)) failure = error;
      stop.abort();
      throw error;
    }
  };
  try {
    // eslint-disable-next-line @typescript-eslint/no-unused-vars -- what counts is that each range was done
    for await (const _done of inOrder(ranges, options.connections, download)) signal?.throwIfAborted();
  } catch (error) {
    throw failure ?? error;
  }
}

async function downloadRange(range: FetchRange, options: DownloadOptions): Promise<void> {
  const { index, holders, read, pool, placed, file, isNeeded } = options;
  const place = async (batch: StoredFrames, source: FrameSource) => {
    const { firstFrame, frames, columns, stored } = batch;
    const isTold = options.onFrame !== undefined && source.kind !== 'staged';
    const copy = isTold ? stored.slice() : undefined;
    const firstBlock = index.frames.firstBlockOf(firstFrame);
    const writes = placed.writesFor(firstBlock, index.frames.firstBlockOf(firstFrame + frames) - firstBlock);
    const done = await pool.run({ kind: 'place', stored, frames: columns, file: file.descriptor, writes });
    return { ...done, copy };
  };
  const transfer = transferFrames(range, { index, holders, read, isWanted: isNeeded, open: place });
  for await (const transferred of transfer) {
    if (transferred.kind === 'damaged') throw transferred.error;
    const { firstFrame, frames, opened, source } = transferred;
    const firstBlock = index.frames.firstBlockOf(firstFrame);
    const blocks = index.frames.firstBlockOf(firstFrame + frames) - firstBlock;
    file.expectWritten(opened.writeError, blocks * blockBytes);
    if (opened.copy && options.onFrame) {
      tellFrames(index, { firstFrame, frames, stored: opened.copy }, options.onFrame);
      releaseBuffer(opened.copy);
    }
    placed.markPlaced(firstBlock, blocks);
    options.onPlaced(source, blocks * blockBytes);
  }
}
