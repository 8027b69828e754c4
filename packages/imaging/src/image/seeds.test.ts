import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '@carrel/contract/errors';
import { describe, expect, it } from 'vitest';
import { fetchImage } from '../fetch/fetch-image.ts';
import { blockBytes } from '../format/constants.ts';
import type { BlockSeed, SeedPlace, WantedBlocks } from '../seeds/block-seed.ts';
import { sampleBytes } from '../testing/memory-disk.ts';
import { layoutIn, packBytes, testKeys } from '../testing/packed-image.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import type { ImageReader } from './image-reader.ts';
import { openImage } from './open-image.ts';

const mebibyte = 1024 * 1024;
const keys = testKeys;

async function packed(folder: string) {
  const disk = sampleBytes(6 * mebibyte, 7);
  const repository = layoutIn(folder);
  await packBytes(repository, '1', disk);
  return { disk, request: { repository, tagOrDigest: '1', keys } };
}

/** Waits until reads of the whole disk, again and again, take something from seeds. */
async function untilSeeded(image: ImageReader, disk: Uint8Array): Promise<void> {
  for (let turn = 0; turn < 500 && image.counters().bytesFromSeeds === 0; turn += 1) {
    expect(Buffer.from(await image.read(0, disk.length)).equals(disk)).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** A seed that promises every block, in order, and gives these bytes. */
class PromisingSeed implements BlockSeed {
  readonly name = 'promises';
  reads = 0;
  readonly #content: Uint8Array;
  readonly #allowed: Promise<unknown>;

  constructor(content: Uint8Array, allowed: Promise<unknown> = Promise.resolve()) {
    this.#content = content;
    this.#allowed = allowed;
  }

  async locate(wanted: WantedBlocks): Promise<void> {
    await this.#allowed;
    const blocks = new Uint8Array(Math.ceil(this.#content.length / blockBytes) * blockBytes);
    blocks.set(this.#content);
    const { ids } = await wanted.identify(blocks);
    for (let block = 0; block * 4 < ids.length; block += 1) {
      const stored = wanted.find(ids, block * 4);
      if (stored !== -1) wanted.note(stored, 0, block);
    }
  }

  read(place: SeedPlace): Promise<Uint8Array<ArrayBuffer>> {
    this.reads += 1;
    const start = place.firstBlock * blockBytes;
    const bytes = new Uint8Array(place.blocks * blockBytes);
    bytes.set(this.#content.subarray(start, start + bytes.length));
    return Promise.resolve(bytes);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}

describe('an image with seeds', () => {
  it('is read at once, and from its seeds as soon as they were looked through', async () => {
    await using folder = await temporaryFolder();
    const { disk, request } = await packed(folder.path);
    const allowed = Promise.withResolvers<undefined>();
    const seed = new PromisingSeed(disk, allowed.promise);
    await using image = await openImage({ ...request, seeds: [seed], cacheBytes: 0 });
    expect(Buffer.from(await image.read(0, disk.length)).equals(disk)).toBe(true);
    expect(seed.reads).toBe(0);
    allowed.resolve(undefined);
    await untilSeeded(image, disk);
    const before = image.counters();
    expect(Buffer.from(await image.read(0, disk.length)).equals(disk)).toBe(true);
    const after = image.counters();
    expect(after.bytesDownloaded).toBe(before.bytesDownloaded);
    expect(after.bytesFromSeeds).toBeGreaterThan(before.bytesFromSeeds);
    expect(after.sources).toContainEqual(expect.objectContaining({ name: 'promises', kind: 'seed' }));
  });

  it('gives the right bytes while a seed changes under it, read or fetched', async () => {
    await using folder = await temporaryFolder();
    const { disk, request } = await packed(folder.path);
    const content = disk.slice();
    const seed = new PromisingSeed(content);
    await using image = await openImage({ ...request, seeds: [seed], cacheBytes: 0 });
    await untilSeeded(image, disk);
    for (let at = 0; at < content.length; at += 300_000) content[at] = (content[at] ?? 0) ^ 255;
    expect(Buffer.from(await image.read(0, disk.length)).equals(disk)).toBe(true);
    const outputPath = join(folder.path, 'out.img');
    const lying = new PromisingSeed(disk.slice());
    const honest = lying.read.bind(lying);
    lying.read = async (place) => {
      const bytes = await honest(place);
      if (lying.reads % 2 === 0) bytes.fill(3);
      return bytes;
    };
    const receipt = await fetchImage({ ...request, outputPath, seeds: [lying] });
    expect((await readFile(outputPath)).equals(disk)).toBe(true);
    expect(receipt.bytesFromSeeds).toBeGreaterThan(mebibyte);
    expect(receipt.bytesDownloaded).toBeGreaterThan(100_000);
  });

  it('tells when a seed cannot be looked through, and is read all the same', async () => {
    await using folder = await temporaryFolder();
    const { disk, request } = await packed(folder.path);
    const broken = fail('SOURCE_NOT_READABLE', { path: 'seed', reason: 'it is torn' });
    const torn = Promise.withResolvers<undefined>();
    const seed = new PromisingSeed(disk, torn.promise);
    const told = Promise.withResolvers<unknown>();
    await using image = await openImage({ ...request, seeds: [seed], onSeedTrouble: told.resolve });
    torn.promise.catch(() => undefined);
    torn.reject(broken);
    expect(await told.promise).toBe(broken);
    expect(Buffer.from(await image.read(0, disk.length)).equals(disk)).toBe(true);
  });

  it('is not opened with a path that does not exist, and closes while a path is looked through', async () => {
    await using folder = await temporaryFolder();
    const { disk, request } = await packed(folder.path);
    await expect(openImage({ ...request, seeds: ['/none'] })).rejects.toMatchObject({
      code: 'SOURCE_NOT_FOUND',
    });
    const path = join(folder.path, 'seed.img');
    await writeFile(path, disk);
    const troubles: unknown[] = [];
    const image = await openImage({
      ...request,
      seeds: [path],
      onSeedTrouble: (error) => troubles.push(error),
    });
    await image[Symbol.asyncDispose]();
    expect(troubles).toEqual([]);
    await expect(image.read(0, 4096)).rejects.toMatchObject({ name: 'AbortError' });
  });
});
