import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isAppError } from '@carrel/kit';
import { blockBytes } from '../format/constants.ts';
import { LayoutRepository } from '../repository/layout/layout-repository.ts';
import type { RepositoryReader } from '../repository/repository.ts';
import { isErrno } from '../storage/errno.ts';
import { type DownloadOptions, downloadFrames } from './download-frames.ts';
import type { FetchRange } from './plan-fetch.ts';

/** Seeds, told apart: local OCI layouts hold packs, anything else holds plain blocks. */
export interface SortedSeeds {
  readonly mirrors: readonly RepositoryReader[];
  readonly paths: readonly string[];
}

/** Tells seeds apart that are OCI layouts: pre-staged folders, removable media. */
export async function sortSeeds(seeds: readonly string[]): Promise<SortedSeeds> {
  const [mirrors, paths]: [RepositoryReader[], string[]] = [[], []];
  for (const path of seeds) {
    if (await isLayout(path)) mirrors.push(new LayoutRepository({ path, name: 'image' }));
    else paths.push(path);
  }
  return { mirrors, paths };
}

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
      if (!isAppError(error, 'IMAGE_DATA_DAMAGED')) throw error;
    });
  }
  return (options.placed.doneCount - before) * blockBytes;
}

async function isLayout(path: string): Promise<boolean> {
  try {
    return (await stat(join(path, 'oci-layout'))).isFile();
  } catch (error) {
    if (isErrno(error, 'ENOENT') || isErrno(error, 'ENOTDIR')) return false;
    throw error;
  }
}
