import { availableParallelism } from 'node:os';
import { type LocalPlaces, openLocalPlaces } from '../image/local-places.ts';
import { type ImageIndex, loadImageIndex } from '../index/image-index.ts';
import { openVersion } from '../index/open-version.ts';
import { PackHolders } from '../index/pack-holders.ts';
import { openSectionCache } from '../index/section-cache.ts';
import type { RepositoryKey } from '../keys/repository-key.ts';
import type { ReadOptions } from '../repository/repository.ts';
import { SourceSet } from '../sources/index.ts';
import { WorkerPool } from '../workers/worker-pool.ts';
import type { ForecastOptions } from './fetch-options.ts';

// Opening frames is several times faster than making them.
const defaultThreads = Math.min(2, availableParallelism());

/** What every fetch begins with: the index of the image, and where its blocks may be had. */
export interface PreparedFetch extends AsyncDisposable {
  readonly index: ImageIndex;
  readonly sources: SourceSet;
  readonly holders: PackHolders;
  readonly places: LocalPlaces;
  readonly pool: WorkerPool;
  readonly read: ReadOptions;
}

/** @throws what `openImage` throws */
export async function prepareFetch(options: ForecastOptions): Promise<PreparedFetch> {
  await using opened = new AsyncDisposableStack();
  const key = Promise.withResolvers<RepositoryKey>();
  const pool = opened.use(new WorkerPool(key.promise, options.threads ?? defaultThreads));
  // The threads start while the index is on its way.
  pool.warmUp();
  const read: ReadOptions = { signal: options.signal, limiter: options.limiter };
  const places = opened.use(await openLocalPlaces(options.seeds ?? []));
  const origin = { repository: options.repository, kind: 'origin' } as const;
  const sources = new SourceSet([origin, ...(options.sources ?? []), ...places.staged], {
    onBadData: options.onBadData,
  });
  const cache = options.indexCache && openSectionCache(options.indexCache);
  const version = await openVersion(options, read, sources, cache);
  key.resolve(version.key);
  const index = await loadImageIndex(version, read);
  const kept = opened.move();
  return {
    index,
    sources,
    holders: new PackHolders(index),
    places,
    pool,
    read,
    [Symbol.asyncDispose]: async () => {
      await cache?.prune();
      await kept.disposeAsync();
    },
  };
}
