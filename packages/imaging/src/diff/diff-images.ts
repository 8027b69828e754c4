import { blockBytes } from '../format/constants.ts';
import type { ImageLocation } from '../image/image-options.ts';
import type { BlockTable } from '../index/block-table.ts';
import type { ImageIndex } from '../index/image-index.ts';
import { loadComparison } from './compared.ts';
import { diffFiles, type FileSystemDifference } from './diff-files.ts';

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
  /** When asked for: one entry for each file system of the newer image, then those only the older one has. */
  readonly fileSystems?: readonly FileSystemDifference[];
}

export interface DiffOptions {
  /** Also tell which files differ, reading the metadata of the file systems. Default: no. */
  readonly withFiles?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Compares two versions by their indexes; for files, their metadata is read too. Versions with different keys share
 * no ids: every block that is not zero in either counts as changed, and files are not compared.
 *
 * @throws what `openImage` throws
 */
export async function diffImages(
  from: ImageLocation,
  to: ImageLocation,
  options: DiffOptions = {},
): Promise<ImageDifference> {
  const comparison = await loadComparison(from, to, options.signal);
  const { older, newer, olderBlocks, isHeld } = comparison;
  const changedBlocks = countChanged(older.index, olderBlocks, newer.index, newer.ids);
  const { newBlocks, downloadBytes } = countNew(newer.index, isHeld);
  return {
    fromDigest: older.index.version.manifest.digest,
    toDigest: newer.index.version.manifest.digest,
    changedBlocks,
    changedBytes: changedBlocks * blockBytes,
    newBlocks,
    newBytes: newBlocks * blockBytes,
    downloadBytes,
    ...(options.withFiles ? { fileSystems: await diffFiles(comparison, options.signal) } : {}),
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
