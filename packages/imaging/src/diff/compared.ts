import type { ImageLocation } from '../image/image-options.ts';
import { BlockTable } from '../index/block-table.ts';
import { type ImageIndex, loadBlockIds, loadImageIndex } from '../index/image-index.ts';
import { openVersion } from '../index/open-version.ts';

/** One of two versions that are compared. */
export interface ComparedVersion {
  readonly location: ImageLocation;
  readonly index: ImageIndex;
  /** Ids of all stored blocks, four words each. */
  readonly ids: Uint32Array;
}

export interface Comparison {
  readonly older: ComparedVersion;
  readonly newer: ComparedVersion;
  /** Finds blocks of the older version by id. */
  readonly olderBlocks: BlockTable;
  /** Whether the older version's disk holds a stored block of the newer one, wherever. */
  readonly isHeld: (storedInNewer: number) => boolean;
}

/** Loads the indexes of two versions. @throws what `openImage` throws */
export async function loadComparison(
  from: ImageLocation,
  to: ImageLocation,
  signal: AbortSignal | undefined,
): Promise<Comparison> {
  const [older, newer] = [await load(from, signal), await load(to, signal)];
  const olderBlocks = new BlockTable();
  for (let block = 0; block < older.index.frames.blockCount; block += 1)
    olderBlocks.add(older.ids, block * 4);
  // A pack may hold blocks that this version of it no longer uses.
  const used = new Uint8Array(older.index.frames.blockCount);
  for (let at = 0; at < older.index.runs.count; at += 1) {
    const run = older.index.runs.at(at);
    used.fill(1, run.stored, run.stored + run.blocks);
  }
  const isHeld = (stored: number): boolean => used[olderBlocks.find(newer.ids, stored * 4)] === 1;
  return { older, newer, olderBlocks, isHeld };
}

async function load(location: ImageLocation, signal: AbortSignal | undefined): Promise<ComparedVersion> {
  const index = await loadImageIndex(await openVersion(location, { signal }), { signal });
  return { location, index, ids: new Uint32Array((await loadBlockIds(index, { signal })).buffer) };
}
