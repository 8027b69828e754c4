import { backoffMs, type Clock, isAppError } from '@carrel/kit';
import { type BlockIdentifier, createBlockIdentifier } from '../format/block-id.ts';
import { blockBytes } from '../format/constants.ts';
import type { BlockTable } from '../index/block-table.ts';
import type { ImageIndex } from '../index/image-index.ts';
import { loadBlockTable } from '../index/load-block-table.ts';
import type { ReadOptions } from '../repository/repository.ts';
import type { BlockSeed } from '../seeds/block-seed.ts';
import { locateInSeeds, type SeedPlaces } from '../seeds/seed-places.ts';
import type { WorkerPool } from '../workers/worker-pool.ts';
import type { SeedMeter } from './transferred.ts';

const maxRunBlocks = 256;

export interface SeedBlocksOptions {
  readonly index: ImageIndex;
  readonly seeds: readonly BlockSeed[];
  readonly pool: WorkerPool;
  readonly meter: SeedMeter;
  readonly read: ReadOptions & { readonly signal: AbortSignal };
  readonly clock: Clock;
}

interface Located {
  readonly ids: BlockTable;
  readonly places: SeedPlaces;
}

/** Blocks of an open image that lie in seeds. Seeds are looked through while the image is read already. */
export class SeedBlocks {
  readonly #options: SeedBlocksOptions;
  readonly #identify: BlockIdentifier;
  #located: Located | undefined;

  constructor(options: SeedBlocksOptions) {
    this.#options = options;
    this.#identify = createBlockIdentifier(options.index.version.keys);
  }

  /**
   * Looks through the seeds, and asks the repository for the ids of blocks again and again while it does not answer.
   * What was found by then is used at once. Ends early when the signal is aborted.
   *
   * @throws what a seed throws, and {IMAGE_DATA_DAMAGED}
   */
  async locate(): Promise<void> {
    const { index, seeds, pool, read } = this.#options;
    if (seeds.length === 0) return;
    const ids = await this.#loadIds();
    const all = { index, ids, pool, seeds, isWanted: () => true, signal: read.signal };
    await locateInSeeds({ ...all, onStart: (places) => (this.#located = { ids, places }) });
  }

  /** Whether some seed should hold a stored block. */
  has(stored: number): boolean {
    return this.#located?.places.has(stored) ?? false;
  }

  /**
   * Copies as many consecutive stored blocks as one read of a seed gives, verified.
   *
   * @returns how many; 0 when the first has to come from elsewhere
   */
  async copy(
    stored: number,
    maxBlocks: number,
    place: (at: number, block: Uint8Array) => void,
  ): Promise<number> {
    const located = this.#located;
    const run = located?.places.runAt(stored, Math.min(maxBlocks, maxRunBlocks));
    if (located === undefined || run === undefined) return 0;
    const content = await run.seed.read(run);
    let good = 0;
    for (; good < run.blocks; good += 1) {
      const block = content.subarray(good * blockBytes, (good + 1) * blockBytes);
      const words = new Uint32Array(new Uint8Array(this.#identify(block)).buffer);
      if (!located.ids.isId(stored + good, words, 0)) {
        located.places.forget(stored + good);
        break;
      }
      place(good, block);
    }
    this.#options.meter.add(run.seed, good * blockBytes);
    return good;
  }

  async #loadIds(): Promise<BlockTable> {
    const { index, read, clock } = this.#options;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await loadBlockTable(index, read);
      } catch (error) {
        if (!isAppError(error) || !error.retryable || read.signal.aborted) throw error;
        await clock.sleep(
          backoffMs(attempt, { baseDelayMs: 1000, maxDelayMs: 60_000, random: Math.random }),
          read.signal,
        );
      }
    }
  }
}
