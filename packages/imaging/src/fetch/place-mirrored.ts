import { isAppError } from '@carrel/kit';
import { blockBytes } from '../format/constants.ts';
import type { RepositoryReader } from '../repository/repository.ts';
import { type DownloadOptions, downloadFrames } from './download-frames.ts';
import type { FetchRange } from './plan-fetch.ts';

/**
 * Places what local layouts hold of the ranges. A layout that gives wrong bytes is left out from there on.
 *
 * @returns bytes of blocks placed
 */
export async function placeMirrored(
  ranges: readonly FetchRange[],
  mirrors: readonly RepositoryReader[],
  options: DownloadOptions,
): Promise<number> {
  const before = options.placed.doneCount;
  for (const mirror of mirrors) {
    const held: FetchRange[] = [];
    for (const range of ranges) {
      const pack = options.index.packs[range.pack];
      const isHeld = pack !== undefined && (await mirror.blobSize(pack.digest)) === pack.sizeBytes;
      if (isHeld) held.push(range);
    }
    const { signal } = options.read;
    await downloadFrames(held, mirror, { ...options, read: { signal } }).catch((error: unknown) => {
      const isItsOwn = isAppError(error, 'IMAGE_DATA_DAMAGED') || isAppError(error, 'IMAGE_DATA_MISSING');
      if (!isItsOwn) throw error;
    });
  }
  return (options.placed.doneCount - before) * blockBytes;
}
