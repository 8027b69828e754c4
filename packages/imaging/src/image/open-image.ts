import { availableParallelism } from 'node:os';
import { isAbortError, systemClock } from '@carrel/kit';
import { loadImageIndex } from '../index/image-index.ts';
import { openVersion } from '../index/open-version.ts';
import { PackHolders } from '../index/pack-holders.ts';
import { SourceSet } from '../sources/index.ts';
import { WorkerPool } from '../workers/worker-pool.ts';
import { FrameLoader } from './frame-loader.ts';
import type { ImageReader, OpenImageOptions } from './image-reader.ts';
import { openLocalPlaces } from './local-places.ts';
import { PackedImage } from './packed-image.ts';
import { SeedBlocks } from './seed-blocks.ts';
import { SeedMeter } from './transferred.ts';

const defaultCacheBytes = 64 * 1024 * 1024;
// Opening frames is fast, and each thread takes memory of its own.
const defaultThreads = Math.min(2, availableParallelism());

/**
 * Opens a packed image for reading on demand. It can be read as soon as its index is there; seeds are looked through
 * meanwhile. The caller disposes of it, and of the repository, the sources and the seeds after it.
 *
 * @throws {IMAGE_NOT_IN_REPOSITORY} {IMAGE_NOT_CARREL} {IMAGE_FORMAT_NEWER} {IMAGE_KEY_MISSING} {IMAGE_KEY_WRONG}
 * {IMAGE_DATA_DAMAGED} {REPOSITORY_UNREACHABLE}, and {SOURCE_NOT_FOUND} for a seed that is named by its path
 */
export async function openImage(options: OpenImageOptions): Promise<ImageReader> {
  await using opened = new AsyncDisposableStack();
  const { signal, limiter, onBadData, clock = systemClock, cacheBytes = defaultCacheBytes } = options;
  const local = opened.use(await openLocalPlaces(options.seeds ?? []));
  const origin = { repository: options.repository, kind: 'origin' } as const;
  const sources = new SourceSet([origin, ...(options.sources ?? []), ...local.staged], { clock, onBadData });
  const version = await openVersion(options, { signal, limiter }, sources);
  const index = await loadImageIndex(version, { signal, limiter });
  const pool = opened.use(new WorkerPool(version.key, options.threads ?? defaultThreads));
  const closing = new AbortController();
  const loader = new FrameLoader({
    index,
    holders: new PackHolders(index),
    pool,
    cacheBytes,
    signal: closing.signal,
    limiter,
    clock,
    onFrame: options.onFrame,
  });
  const seedMeter = new SeedMeter();
  const read = { signal: closing.signal, limiter };
  const seeds = new SeedBlocks({ index, seeds: local.seeds, pool, meter: seedMeter, read, clock });
  const locating = seeds.locate().catch((error: unknown) => {
    // Without seeds everything is downloaded, which nobody but the person who waits would notice.
    if (!isAbortError(error)) options.onSeedTrouble?.(error);
  });
  const kept = opened.move();
  const close = async (): Promise<void> => {
    await Promise.all([loader.settled(), locating]);
    await kept.disposeAsync();
  };
  return new PackedImage({ index, loader, pool, seeds, seedMeter, cacheBytes, clock, closing, close });
}
