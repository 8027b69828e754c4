import { blockBytes } from '../format/constants.ts';
import type { ImageLocation } from '../image/image-options.ts';
import type { BlockTable } from '../index/block-table.ts';
import { type ImageIndex, loadBlockIds, loadImageIndex } from '../index/image-index.ts';
import { loadBlockTable } from '../index/load-block-table.ts';
import { openVersion } from '../index/open-version.ts';

export interface ImageDifference {
  readonly fromDigest: string;
  readonly toDigest: string;
  /** Blocks whose content differs at the same place of the disk. */
  readonly changedBlocks: number;
  readonly changedBytes: number;
  /** Blocks of the newer image that the older one holds nowhere. */
  readonly newBlocks: number;
  readonly newBytes: number;
  /** What a computer that holds the older version downloads for the newer one, indexes left out. */
  readonly downloadBytes: number;
}

/**
 * Compares two versions by their indexes alone. Versions with different keys share no ids: every block that is not
 * zero in either counts as changed.
 *
 * @throws what `openImage` throws
 */
export async function diffImages(
  from: ImageLocation,
  to: ImageLocation,
  signal?: AbortSignal,
): Promise<ImageDifference> {
  const older = await loadImageIndex(await openVersion(from, { signal }), { signal });
  const newer = await loadImageIndex(await openVersion(to, { signal }), { signal });
  const olderIds = await loadBlockTable(older, { signal });
  const newerIds = new Uint32Array((await loadBlockIds(newer, { signal })).buffer);
  const used = new Uint8Array(older.frames.blockCount);
  for (let index = 0; index < older.runs.count; index += 1) {
    const run = older.runs.at(index);
    used.fill(1, run.stored, run.stored + run.blocks);
  }
  const changedBlocks = countChanged(older, olderIds, newer, newerIds);
  const isHeld = (stored: number): boolean => used[olderIds.find(newerIds, stored * 4)] === 1;
  const { newBlocks, downloadBytes } = countNew(newer, isHeld);
  return {
    fromDigest: older.version.manifest.digest,
    toDigest: newer.version.manifest.digest,
    changedBlocks,
    changedBytes: changedBlocks * blockBytes,
    newBlocks,
    newBytes: newBlocks * blockBytes,
    downloadBytes,
  };
}

const stepBlocks = 65_536;

function countChanged(
  older: ImageIndex,
  olderIds: BlockTable,
  newer: ImageIndex,
  newerIds: Uint32Array,
): number {
  const blocks = (index: ImageIndex): number => Math.ceil(index.version.root.virtualSizeBytes / blockBytes);
  const end = Math.max(blocks(older), blocks(newer));
  let changed = 0;
  for (let from = 0; from < end; from += stepBlocks) {
    const [before, after] = [storedBlocks(older, from), storedBlocks(newer, from)];
    for (const [at, was] of before.entries()) {
      const now = after[at] ?? -1;
      const isSame = was === -1 || now === -1 ? was === now : olderIds.isId(was, newerIds, now * 4);
      if (!isSame) changed += 1;
    }
  }
  return changed;
}

/** The stored block of each disk block of a step, -1 where it is zero. */
function storedBlocks(index: ImageIndex, from: number): Int32Array {
  const stored = new Int32Array(stepBlocks).fill(-1);
  for (const run of index.runs.within(from, from + stepBlocks)) {
    for (let at = 0; at < run.blocks; at += 1) stored[run.block - from + at] = run.stored + at;
  }
  return stored;
}

function countNew(
  newer: ImageIndex,
  isHeld: (stored: number) => boolean,
): { readonly newBlocks: number; readonly downloadBytes: number } {
  const seen = new Uint8Array(newer.frames.blockCount);
  const frames = new Set<number>();
  let newBlocks = 0;
  for (let index = 0; index < newer.runs.count; index += 1) {
    const run = newer.runs.at(index);
    for (let stored = run.stored; stored < run.stored + run.blocks; stored += 1) {
      if (seen[stored] === 1 || isHeld(stored)) continue;
      seen[stored] = 1;
      newBlocks += 1;
      frames.add(newer.frames.frameOf(stored));
    }
  }
  const downloadBytes = [...frames].reduce((sum, frame) => sum + newer.frames.storedBytesOf(frame), 0);
  return { newBlocks, downloadBytes };
}
