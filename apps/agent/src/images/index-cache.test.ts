import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fail } from '@carrel/contract';
import { openImage, type RepositoryReader, singleKey } from '@carrel/imaging';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createIndexCache, type IndexCache } from './index-cache.ts';
import { type PackedDisk, packDisk, repositoryKey } from './testing/packed-disk.ts';

let folder: string;
let first: PackedDisk;
let second: PackedDisk;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carrel-index-'));
  first = await packDisk(folder, 'desk', 1);
  second = await packDisk(folder, 'desk', 2);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function newCache(): { cache: IndexCache; path: string } {
  const path = join(folder, `cache-${(count += 1)}`);
  return { cache: createIndexCache(path), path };
}

/** A repository that counts the bytes it gives of blobs, or is out of reach. */
function watched(disk: PackedDisk, isReachable = true): { reader: RepositoryReader; bytes: () => number } {
  const layout = disk.open();
  let bytes = 0;
  const check = (): void => {
    if (!isReachable) throw fail('REPOSITORY_UNREACHABLE', { repository: 'test', reason: 'it is away' });
  };
  const reader: RepositoryReader = {
    location: 'test',
    resolve: (tag, options) => {
      check();
      return layout.resolve(tag, options);
    },
    async *readBlob(digest, range, options) {
      check();
      for await (const chunk of layout.readBlob(digest, range, options)) {
        bytes += chunk.length;
        yield chunk;
      }
    },
    blobSize: (digest, options) => layout.blobSize(digest, options),
    listTags: (options) => layout.listTags(options),
    listManifests: (options) => layout.listManifests(options),
    [Symbol.asyncDispose]: () => layout[Symbol.asyncDispose](),
  };
  return { reader, bytes: () => bytes };
}

/** Opens the image through the cache and reads its first MiB that holds data. */
async function read(disk: PackedDisk, repository: RepositoryReader, offset = 1024 ** 2): Promise<Uint8Array> {
  const keys = singleKey(repositoryKey);
  const { manifestDigest } = disk.image;
  await using image = await openImage({ repository, tagOrDigest: manifestDigest, keys });
  return await image.read(offset, 4096);
}

describe('the cache of indexes', () => {
  it('opens an image again without the repository, which is asked for data only', async () => {
    const { cache } = newCache();
    const { manifestDigest } = first.image;
    expect(await cache.holds(manifestDigest)).toBe(false);
    {
      await using reader = cache.over(watched(first).reader);
      await read(first, reader);
    }
    expect(await cache.holds(manifestDigest)).toBe(true);
    await using away = cache.over(watched(first, false).reader);
    await expect(read(first, away)).rejects.toMatchObject({ code: 'REPOSITORY_UNREACHABLE' });
    await using image = await openImage({
      repository: away,
      tagOrDigest: manifestDigest,
      keys: singleKey(repositoryKey),
    });
    expect(image.image.virtualSizeBytes).toBe(first.image.virtualSizeBytes);
  });

  it('brings of an update only the blobs that are not here', async () => {
    const { cache } = newCache();
    await using before = cache.over(watched(first).reader);
    await read(first, before);
    const update = watched(second);
    await using after = cache.over(update.reader);
    await read(second, after, 5 * 1024 ** 2);
    const alone = watched(second);
    await using other = newCache().cache.over(alone.reader);
    await read(second, other, 5 * 1024 ** 2);
    expect(update.bytes()).toBeLessThan(alone.bytes());
  });

  it('notices files that were altered, and brings them anew', async () => {
    const { cache, path } = newCache();
    await using reader = cache.over(watched(first).reader);
    await read(first, reader);
    for (const name of await readdir(path)) await appendFile(join(path, name), 'x');
    const later = createIndexCache(path);
    expect(await later.holds(first.image.manifestDigest)).toBe(false);
    await using again = later.over(watched(first).reader);
    const bytes = await read(first, again);
    const wanted = (await readFile(first.path)).subarray(1024 ** 2, 1024 ** 2 + 4096);
    expect(Buffer.from(bytes).equals(wanted)).toBe(true);
    expect(await later.holds(first.image.manifestDigest)).toBe(true);
  });

  it('keeps an index whichever repository tells of it', async () => {
    const { cache } = newCache();
    const { manifestDigest: tagOrDigest } = first.image;
    await using medium = cache.over(watched(first).reader);
    await medium.resolve(tagOrDigest);
    // Another reader of the same cache knows from the manifest what belongs to the index.
    const origin = watched(first);
    await using reader = cache.over(origin.reader);
    await read(first, reader);
    expect(await cache.holds(tagOrDigest)).toBe(true);
    expect(origin.bytes()).toBeGreaterThan(0);
  });

  it('is cut back to the images that are here or open', async () => {
    const { cache, path } = newCache();
    {
      await using one = cache.over(watched(first).reader);
      await using two = cache.over(watched(second).reader);
      await read(first, one);
      await read(second, two);
      await cache.retain([]);
      expect(await cache.holds(first.image.manifestDigest)).toBe(true);
    }
    await writeFile(join(path, 'abandoned.new'), 'half');
    await cache.retain([second.image.manifestDigest]);
    expect(await cache.holds(first.image.manifestDigest)).toBe(false);
    expect(await cache.holds(second.image.manifestDigest)).toBe(true);
    expect(await readdir(path)).not.toContain('abandoned.new');
    await cache.retain([]);
    expect(await readdir(path)).toEqual([]);
  });
});
