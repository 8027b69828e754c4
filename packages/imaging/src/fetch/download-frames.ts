import { isAbortError } from '@carrel/kit';
import { damaged } from '../format/damaged.ts';
import { releaseBuffer } from '../format/release-buffer.ts';
import type { ImageIndex } from '../index/image-index.ts';
import { frameName, readFrames, type StoredFrames } from '../index/read-frames.ts';
import type { ReadOptions, RepositoryReader } from '../repository/repository.ts';
import { inOrder } from '../workers/in-order.ts';
import type { WorkerPool } from '../workers/worker-pool.ts';
import type { PlacedBlocks } from './placed-blocks.ts';
import type { FetchRange } from './plan-fetch.ts';

export interface DownloadOptions {
  readonly index: ImageIndex;
  readonly pool: WorkerPool;
  readonly placed: PlacedBlocks;
  readonly connections: number;
  readonly read: ReadOptions;
  readonly isNeeded: (frame: number) => boolean;
}

/**
 * Reads ranges of packs from a repository, several at once, and places their blocks.
 *
 * @throws {IMAGE_DATA_DAMAGED} for the first frame that is not what was packed; nothing of it was placed
 */
export async function downloadFrames(
  ranges: readonly FetchRange[],
  source: RepositoryReader,
  options: DownloadOptions,
): Promise<void> {
  // One failure stops the other connections.
  const stop = new AbortController();
  const { signal } = options.read;
  const both = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  let failure: unknown;
  const download = async (range: FetchRange): Promise<void> => {
    try {
      await downloadRange(range, source, { ...options, read: { ...options.read, signal: both } });
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

async function downloadRange(
  range: FetchRange,
  source: RepositoryReader,
  options: DownloadOptions,
): Promise<void> {
  const { index, pool, placed } = options;
  const open = async ({ firstFrame, stored, columns }: StoredFrames) => {
    const opened = await pool.run({ kind: 'decode', stored, frames: columns, isIdentifying: false });
    return { firstFrame, opened };
  };
  const batches = readFrames(index, range, source, options.read, options.isNeeded);
  for await (const { firstFrame, opened } of inOrder(batches, 2, open)) {
    if (opened.badFrame !== undefined) {
      const { position, reason } = opened.badFrame;
      throw damaged(frameName(index, firstFrame + position), source.location, reason);
    }
    await placed.put(index.frames.firstBlockOf(firstFrame), opened.blocks);
    releaseBuffer(opened.blocks);
  }
}
