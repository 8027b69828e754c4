import { blockBytes } from '../format/constants.ts';
import { releaseBuffer } from '../format/release-buffer.ts';
import type { BlockTable } from '../index/block-table.ts';
import type { FrameDirectory } from '../index/frame-directory.ts';
import type { BlockSeed } from '../seeds/block-seed.ts';
import type { SeedPlaces, SeedRun } from '../seeds/seed-places.ts';
import { inOrder } from '../workers/in-order.ts';
import type { WorkerPool } from '../workers/worker-pool.ts';
import type { PartialFile } from './partial-file.ts';
import type { PlacedBlocks } from './placed-blocks.ts';

const maxRunBlocks = 256;

export interface SuppliedFrames {
  readonly frames: FrameDirectory;
  readonly seeds: SeedPlaces;
  readonly placed: PlacedBlocks;
}

export interface PlaceSeedsOptions extends SuppliedFrames {
  readonly ids: BlockTable;
  readonly pool: WorkerPool;
  readonly file: PartialFile;
  readonly signal: AbortSignal | undefined;
  /** Told of each read of a seed and how many bytes of blocks came of it. */
  readonly onPlaced: (seed: BlockSeed, bytes: number) => void;
}

/**
 * Places the blocks of all frames that seeds can supply completely. Every block is read again and verified by its
 * id; one that changed in the meantime is forgotten, and so downloaded.
 */
export async function placeSeeds(options: PlaceSeedsOptions): Promise<void> {
  const { pool, seeds, ids, signal } = options;
  const read = async (run: SeedRun) => {
    const blocks = await run.seed.read(run);
    return { run, found: await pool.run({ kind: 'identify', blocks }) };
  };
  for await (const { run, found } of inOrder(suppliedRuns(options), pool.threads * 2, read)) {
    signal?.throwIfAborted();
    const isGood = (at: number): boolean =>
      found.zeros[at] === 0 && ids.isId(run.stored + at, found.ids, at * 4);
    let placedBytes = 0;
    for (let at = 0; at < run.blocks; ) {
      let end = at;
      while (end < run.blocks && isGood(end)) end += 1;
      if (end > at) {
        await placeBlocks(options, run.stored + at, found.blocks.subarray(at * blockBytes, end * blockBytes));
        placedBytes += (end - at) * blockBytes;
      } else {
        seeds.forget(run.stored + at);
        end = at + 1;
      }
      at = end;
    }
    releaseBuffer(found.blocks);
    options.onPlaced(run.seed, placedBytes);
  }
}

async function placeBlocks(
  { file, placed }: PlaceSeedsOptions,
  firstStored: number,
  bytes: Uint8Array,
): Promise<void> {
  const blocks = bytes.length / blockBytes;
  const writes = placed.writesFor(firstStored, blocks);
  for (let at = 0; at + 2 < writes.length; at += 3) {
    const [from = 0, length = 0, offset = 0] = writes.subarray(at, at + 3);
    await file.writeBlocks(offset / blockBytes, bytes.subarray(from, from + length));
  }
  placed.markPlaced(firstStored, blocks);
}

/** Whether a frame is not worth a download because seeds hold all that is missing of it. */
export function isSupplied({ frames, seeds, placed }: SuppliedFrames, frame: number): boolean {
  const end = frames.firstBlockOf(frame + 1);
  for (let stored = frames.firstBlockOf(frame); stored < end; stored += 1) {
    if (!seeds.has(stored) && placed.isMissing(stored)) return false;
  }
  return true;
}

/** The missing blocks of frames that seeds supply. Neighbouring frames are read together. */
export function* suppliedRuns(options: SuppliedFrames): Generator<SeedRun, void, undefined> {
  const { frames, seeds, placed } = options;
  for (let frame = 0; frame < frames.count; ) {
    if (!isSupplied(options, frame)) {
      frame += 1;
      continue;
    }
    const first = frames.firstBlockOf(frame);
    while (frame < frames.count && isSupplied(options, frame)) frame += 1;
    const end = frames.firstBlockOf(frame);
    for (let stored = first; stored < end; ) {
      const run = placed.isMissing(stored)
        ? seeds.runAt(stored, Math.min(maxRunBlocks, end - stored))
        : undefined;
      if (run !== undefined) yield run;
      stored += run?.blocks ?? 1;
    }
  }
}
