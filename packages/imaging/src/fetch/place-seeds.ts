import { blockBytes } from '../format/constants.ts';
import { releaseBuffer } from '../format/release-buffer.ts';
import type { BlockTable } from '../index/block-table.ts';
import type { FrameDirectory } from '../index/frame-directory.ts';
import { readSeedBlocks, type SeedIndex, type SeedRun } from '../seeds/seed-index.ts';
import { inOrder } from '../workers/in-order.ts';
import type { WorkerPool } from '../workers/worker-pool.ts';
import type { PlacedBlocks } from './placed-blocks.ts';

const maxRunBlocks = 256;

export interface PlaceSeedsOptions {
  readonly frames: FrameDirectory;
  readonly ids: BlockTable;
  readonly seeds: SeedIndex;
  readonly placed: PlacedBlocks;
  readonly pool: WorkerPool;
  readonly signal: AbortSignal | undefined;
  /** Told how many bytes were placed. */
  readonly onPlaced: (bytes: number) => void;
}

/**
 * Places the blocks of all frames that seeds can supply completely. Every block is read again and verified by its
 * id; one that changed in the meantime is forgotten, and so downloaded.
 */
export async function placeSeeds(options: PlaceSeedsOptions): Promise<void> {
  const { pool, seeds, ids, placed } = options;
  const read = async (run: SeedRun) => {
    const blocks = await readSeedBlocks(run.file, run.firstBlock, run.blocks);
    return { run, found: await pool.run({ kind: 'identify', blocks }) };
  };
  for await (const { run, found } of inOrder(usefulRuns(options), pool.threads * 2, read)) {
    options.signal?.throwIfAborted();
    const isGood = (at: number): boolean =>
      found.zeros[at] === 0 && ids.isId(run.stored + at, found.ids, at * 4);
    for (let at = 0; at < run.blocks; ) {
      let end = at;
      while (end < run.blocks && isGood(end)) end += 1;
      if (end > at) {
        await placed.put(run.stored + at, found.blocks.subarray(at * blockBytes, end * blockBytes));
        options.onPlaced((end - at) * blockBytes);
      } else {
        seeds.forget(run.stored + at);
        end = at + 1;
      }
      at = end;
    }
    releaseBuffer(found.blocks);
  }
}

/** Whether a frame is not worth a download because seeds hold all that is missing of it. */
export function isSupplied(
  options: Pick<PlaceSeedsOptions, 'frames' | 'seeds' | 'placed'>,
  frame: number,
): boolean {
  const end = options.frames.firstBlockOf(frame + 1);
  for (let stored = options.frames.firstBlockOf(frame); stored < end; stored += 1) {
    if (!options.seeds.has(stored) && options.placed.isMissing(stored)) return false;
  }
  return true;
}

function* usefulRuns(options: PlaceSeedsOptions): Generator<SeedRun, void, undefined> {
  const { frames, seeds, placed } = options;
  for (let frame = 0; frame < frames.count; frame += 1) {
    if (!isSupplied(options, frame)) continue;
    const end = frames.firstBlockOf(frame + 1);
    for (let stored = frames.firstBlockOf(frame); stored < end; ) {
      const run = placed.isMissing(stored)
        ? seeds.runAt(stored, Math.min(maxRunBlocks, end - stored))
        : undefined;
      if (run !== undefined) yield run;
      stored += run?.blocks ?? 1;
    }
  }
}
