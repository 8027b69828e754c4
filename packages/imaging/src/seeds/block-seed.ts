import type { LongOperationOptions } from '@carrel/kit';
import type { IdentifiedBlocks } from '../workers/tasks.ts';

/** Consecutive blocks of one unit of a seed. */
export interface SeedPlace {
  /** Which file, disk … of the seed: the seed's own numbering, from 0. */
  readonly unit: number;
  readonly firstBlock: number;
  readonly blocks: number;
}

/** The stored blocks of a pack, which have consecutive numbers. */
export interface WantedPack {
  readonly digest: string;
  readonly firstBlock: number;
  readonly blocks: number;
}

/**
 * The blocks an image still misses, by their ids. Ids are four words each: `words[at]` is the first. A seed asks
 * `find`, and says with `note` where a block should be found in it.
 */
export interface WantedBlocks {
  /** The key the ids are made with; ids made with another one say nothing. */
  readonly keyId: string;
  /** Packs of the image; what is known of a pack by its digest needs no ids. */
  readonly packs: readonly WantedPack[];
  /** Wanted blocks that no seed has shown yet; looking further is of no use at 0. */
  readonly remaining: number;
  /** The number of the stored block with this id, or -1. */
  find(words: Uint32Array, at: number): number;
  /** The number of a stored block whose id begins with these two words, or -1. */
  findByPrefix(words: Uint32Array, at: number): number;
  /** The block of this number may lie there. The first place noted counts; a block that is not wanted is passed over. */
  note(stored: number, unit: number, block: number): void;
  /** Computes the ids of whole blocks in worker threads; the buffer is moved. */
  identify(blocks: Uint8Array<ArrayBuffer>): Promise<IdentifiedBlocks>;
  /** How many calls of `identify` keep the threads busy. */
  readonly identifyAtOnce: number;
}

/**
 * Local data that may hold blocks of an image. What it says is a hint: whoever uses a block verifies it by its id, so
 * that data which changed costs a download and nothing else. A seed is opened for one image and disposed of by who
 * opened it.
 */
export interface BlockSeed extends AsyncDisposable {
  /** For receipts and people: "files of this computer", "desktop version 3", a path. */
  readonly name: string;
  /** Says where it may hold wanted blocks. Called once; what it noted may be read meanwhile. Progress, abort. */
  locate(wanted: WantedBlocks, options: LongOperationOptions): Promise<void>;
  /** Reads blocks into one buffer of whole blocks; what cannot be read is zeros. MUST allow concurrent reads. */
  read(place: SeedPlace): Promise<Uint8Array<ArrayBuffer>>;
}
