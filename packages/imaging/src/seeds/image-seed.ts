import { isAppError, type LongOperationOptions } from '@carrel/kit';
import type { DiskReader } from '../disk/disk-reader.ts';
import { blockBytes } from '../format/constants.ts';
import type { ImageLocation } from '../image/image-options.ts';
import { firstBlockOfPack, type ImageIndex, loadImageIndex } from '../index/image-index.ts';
import { type OpenedVersion, openVersion } from '../index/open-version.ts';
import { readSections, type WantedSection } from '../index/read-sections.ts';
import type { BlockSeed, SeedPlace, WantedBlocks } from './block-seed.ts';
import { isSystemError } from './file-blocks.ts';

export interface ImageSeedOptions {
  /** Where the index of the version can be read: better a local copy, as this traffic is not counted or bounded. */
  readonly location: ImageLocation;
  /** The content of the version, wherever it lies; disposed of with the seed. */
  readonly disk: DiskReader;
  /** For receipts and people, such as "desktop version 3". */
  readonly name: string;
}

/**
 * Another image or an older version as a seed. Its index tells where its blocks lie, so nothing is read through; what
 * its packs and those of the wanted image have in common is told by their digests alone. It holds nothing when it was
 * packed with another key, or when its index cannot be read any more.
 */
export function openImageSeed(options: ImageSeedOptions): BlockSeed {
  return new ImageSeed(options);
}

const isNothing = -1;

class ImageSeed implements BlockSeed {
  readonly name: string;
  readonly #location: ImageLocation;
  readonly #disk: DiskReader;

  constructor(options: ImageSeedOptions) {
    this.name = options.name;
    this.#location = options.location;
    this.#disk = options.disk;
  }

  async locate(wanted: WantedBlocks, options: LongOperationOptions): Promise<void> {
    const { signal } = options;
    options.onProgress?.({ phase: 'looking for blocks on this computer', note: this.name });
    try {
      const version = await openVersion(this.#location, { signal });
      if (version.key.keyId !== wanted.keyId) return;
      const index = await loadImageIndex(version, { signal });
      const matches = matchByPacks(index, wanted);
      noteMatches(index, matches, wanted);
      if (wanted.remaining === 0) return;
      await matchByIds(version, index, matches, wanted, signal);
      noteMatches(index, matches, wanted);
    } catch (error) {
      // A seed only ever saves work: an index that is gone or closed to us is no reason not to fetch.
      if (!isAppError(error)) throw error;
    }
  }

  async read(place: SeedPlace): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(place.blocks * blockBytes);
    const offset = place.firstBlock * blockBytes;
    const length = Math.min(bytes.length, this.#disk.sizeBytes - offset);
    if (length <= 0) return bytes;
    try {
      bytes.set(await this.#disk.read(offset, length));
    } catch (error) {
      if (!isAppError(error) && !isSystemError(error)) throw error;
    }
    return bytes;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#disk[Symbol.asyncDispose]();
  }
}

/** For each stored block of the seed, the number of the wanted block that it is, as far as packs tell. */
function matchByPacks(index: ImageIndex, wanted: WantedBlocks): Int32Array {
  const matches = new Int32Array(index.frames.blockCount).fill(isNothing);
  const wantedPacks = new Map(wanted.packs.map((pack) => [pack.digest, pack]));
  for (const [at, { digest, blocks }] of index.packs.entries()) {
    const shared = wantedPacks.get(digest);
    if (shared?.blocks !== blocks) continue;
    const first = firstBlockOfPack(index.frames, at);
    for (let block = 0; block < blocks; block += 1) matches[first + block] = shared.firstBlock + block;
  }
  return matches;
}

/** Fills in what the ids of the packs tell that the wanted image does not have. */
async function matchByIds(
  version: OpenedVersion,
  index: ImageIndex,
  matches: Int32Array,
  wanted: WantedBlocks,
  signal: AbortSignal | undefined,
): Promise<void> {
  const shared = new Set(wanted.packs.map(({ digest }) => digest));
  const sections = index.packs.flatMap(({ digest, idTable }, at): WantedSection[] =>
    shared.has(digest) ? [] : [{ kind: 'idTable', at, reference: idTable }],
  );
  for await (const { at, raw } of readSections(version, sections, { signal })) {
    const words = new Uint32Array(raw.slice().buffer);
    const first = firstBlockOfPack(index.frames, at);
    const blocks = Math.min(words.length / 4, index.packs[at]?.blocks ?? 0);
    for (let block = 0; block < blocks; block += 1) matches[first + block] = wanted.find(words, block * 4);
  }
}

function noteMatches(index: ImageIndex, matches: Int32Array, wanted: WantedBlocks): void {
  for (let at = 0; at < index.runs.count; at += 1) {
    const { block, blocks, stored } = index.runs.at(at);
    for (let offset = 0; offset < blocks; offset += 1) {
      const match = matches[stored + offset] ?? isNothing;
      if (match !== isNothing) wanted.note(match, 0, block + offset);
    }
  }
}
