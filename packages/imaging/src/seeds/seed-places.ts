import type { LongOperationOptions } from '@carrel/kit';
import type { BlockTable } from '../index/block-table.ts';
import { firstBlockOfPack, type ImageIndex } from '../index/image-index.ts';
import type { WorkerPool } from '../workers/worker-pool.ts';
import type { BlockSeed, SeedPlace, WantedBlocks } from './block-seed.ts';

/** A run of stored blocks that should lie in consecutive blocks of one seed. */
export interface SeedRun extends SeedPlace {
  readonly seed: BlockSeed;
  /** Number of the first stored block. */
  readonly stored: number;
}

export interface LocateSeedsOptions extends LongOperationOptions {
  readonly index: ImageIndex;
  /** Ids of the stored blocks of the image, numbered as the index numbers them. */
  readonly ids: BlockTable;
  readonly pool: WorkerPool;
  /** In order of preference. */
  readonly seeds: readonly BlockSeed[];
  readonly isWanted: (stored: number) => boolean;
  /** Given the places before they are filled in, to be used meanwhile. */
  readonly onStart?: (places: SeedPlaces) => void;
}

/**
 * Asks seeds, one after the other, where they hold the wanted blocks; stops when all were seen.
 *
 * @throws {SOURCE_NOT_FOUND} when a path that was named does not exist
 */
export async function locateInSeeds(options: LocateSeedsOptions): Promise<SeedPlaces> {
  const { index, ids, pool, isWanted, signal, onProgress } = options;
  const places = new SeedPlaces(index.frames.blockCount, isWanted);
  options.onStart?.(places);
  const packs = index.packs.map(({ digest, blocks }, at) => {
    return { digest, blocks, firstBlock: firstBlockOfPack(index.frames, at) };
  });
  for (const seed of options.seeds) {
    if (places.remaining === 0) break;
    const wanted: WantedBlocks = {
      keyId: index.version.key.keyId,
      packs,
      get remaining() {
        return places.remaining;
      },
      find: (words, at) => ids.find(words, at),
      findByPrefix: (words, at) => ids.findByPrefix(words, at),
      note: (stored, unit, block) => places.note(stored, seed, unit, block),
      identify: (blocks) => pool.run({ kind: 'identify', blocks }),
      identifyAtOnce: pool.threads * 2,
    };
    await seed.locate(wanted, { ...(signal && { signal }), ...(onProgress && { onProgress }) });
  }
  return places;
}

/** Where stored blocks of an image were seen in seeds. Eight bytes a stored block. */
export class SeedPlaces {
  readonly #isWanted: (stored: number) => boolean;
  /** Seeds in the order they noted, each with the number its first unit has here. */
  readonly #seeds: { readonly seed: BlockSeed; readonly firstUnit: number }[] = [];
  #nextUnit = 1;
  /** Unit, numbered through all seeds from 1; 0 where a block was not seen. */
  readonly #unitOf: Uint32Array;
  readonly #blockOf: Uint32Array;
  #found = 0;
  #remaining = 0;

  constructor(storedBlocks: number, isWanted: (stored: number) => boolean) {
    this.#isWanted = isWanted;
    this.#unitOf = new Uint32Array(storedBlocks);
    this.#blockOf = new Uint32Array(storedBlocks);
    for (let stored = 0; stored < storedBlocks; stored += 1) if (isWanted(stored)) this.#remaining += 1;
  }

  /** Number of wanted blocks that some seed may hold. */
  get found(): number {
    return this.#found;
  }

  /** Number of blocks that were wanted and not seen. */
  get remaining(): number {
    return this.#remaining;
  }

  has(stored: number): boolean {
    return (this.#unitOf[stored] ?? 0) !== 0;
  }

  /** Notes where a seed may hold a stored block; the first place counts. Seeds note one after the other. */
  note(stored: number, seed: BlockSeed, unit: number, block: number): void {
    if (this.has(stored) || !this.#isWanted(stored)) return;
    let last = this.#seeds.at(-1);
    if (last?.seed !== seed) {
      last = { seed, firstUnit: this.#nextUnit };
      this.#seeds.push(last);
    }
    this.#unitOf[stored] = last.firstUnit + unit;
    this.#blockOf[stored] = block;
    this.#nextUnit = Math.max(this.#nextUnit, last.firstUnit + unit + 1);
    this.#found += 1;
    this.#remaining -= 1;
  }

  /** The block was not what the seed promised. */
  forget(stored: number): void {
    if (!this.has(stored)) return;
    this.#unitOf[stored] = 0;
    this.#found -= 1;
  }

  /** The run that begins at a stored block, at most so long; `undefined` when it was not seen. */
  runAt(stored: number, maxBlocks: number): SeedRun | undefined {
    const unitNumber = this.#unitOf[stored] ?? 0;
    const owner = this.#seeds.findLast(({ firstUnit }) => firstUnit <= unitNumber);
    const firstBlock = this.#blockOf[stored];
    if (unitNumber === 0 || owner === undefined || firstBlock === undefined) return undefined;
    let blocks = 1;
    const continues = (): boolean =>
      this.#unitOf[stored + blocks] === unitNumber && this.#blockOf[stored + blocks] === firstBlock + blocks;
    while (blocks < maxBlocks && continues()) blocks += 1;
    return { stored, blocks, firstBlock, unit: unitNumber - owner.firstUnit, seed: owner.seed };
  }
}
