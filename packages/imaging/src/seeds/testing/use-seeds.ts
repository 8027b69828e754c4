import { blockBytes } from '../../format/constants.ts';
import { loadImageIndex } from '../../index/image-index.ts';
import { loadBlockTable } from '../../index/load-block-table.ts';
import { openVersion } from '../../index/open-version.ts';
import type { Repository } from '../../repository/repository.ts';
import { testKeys } from '../../testing/packed-image.ts';
import { WorkerPool } from '../../workers/worker-pool.ts';
import type { BlockSeed } from '../block-seed.ts';
import { locateInSeeds } from '../seed-places.ts';

/** What seeds gave for an image when they were used as a fetch uses them. */
export interface SeedUse {
  readonly storedBlocks: number;
  /** Blocks that a seed promised. */
  readonly promised: number;
  /** Blocks that were what they should be. */
  readonly good: number;
  /** Good blocks by the name of the seed. */
  readonly goodBySeed: ReadonlyMap<string, number>;
  /** Reads it took. */
  readonly runs: number;
}

/**
 * Looks an image up in seeds, then reads what they promise and verifies it.
 *
 * @param beforeUse is called between the two
 */
export async function useSeeds(
  repository: Repository,
  seeds: readonly BlockSeed[],
  beforeUse: () => Promise<void> = () => Promise.resolve(),
): Promise<SeedUse> {
  const version = await openVersion({ repository, tagOrDigest: '1', keys: testKeys }, {});
  const index = await loadImageIndex(version, {});
  const ids = await loadBlockTable(index, {});
  await using pool = new WorkerPool(version.key, 1);
  const places = await locateInSeeds({ index, ids, pool, seeds, isWanted: () => true });
  const promised = places.found;
  await beforeUse();
  const goodBySeed = new Map<string, number>();
  let [good, runs] = [0, 0];
  for (let stored = 0; stored < index.frames.blockCount; ) {
    const run = places.runAt(stored, 16);
    stored += run?.blocks ?? 1;
    if (run === undefined) continue;
    runs += 1;
    const bytes = await run.seed.read(run);
    if (bytes.length !== run.blocks * blockBytes) throw new RangeError('A seed gave another length.');
    const found = await pool.run({ kind: 'identify', blocks: bytes });
    for (let at = 0; at < run.blocks; at += 1) {
      if (found.zeros[at] === 1 || !ids.isId(run.stored + at, found.ids, at * 4)) continue;
      good += 1;
      goodBySeed.set(run.seed.name, (goodBySeed.get(run.seed.name) ?? 0) + 1);
    }
  }
  return { storedBlocks: index.frames.blockCount, promised, good, goodBySeed, runs };
}
