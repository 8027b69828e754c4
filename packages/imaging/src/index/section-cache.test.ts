import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fetchImage } from '../fetch/fetch-image.ts';
import { sampleBytes } from '../testing/memory-disk.ts';
import { layoutIn, packBytes, testKeys } from '../testing/packed-image.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { openSectionCache } from './section-cache.ts';

const mebibyte = 1024 * 1024;

async function versions(folder: string) {
  const disk = sampleBytes(8 * mebibyte, 3);
  const updated = disk.slice();
  updated.fill(9, 1_000_000, 1_200_000);
  const repository = layoutIn(folder);
  await packBytes(repository, '1', disk);
  await packBytes(repository, '2', updated);
  const seed = join(folder, 'seed.img');
  await writeFile(seed, updated);
  const outputPath = join(folder, 'out.img');
  const cacheFolder = join(folder, 'cache');
  const request = { repository, keys: testKeys, outputPath, force: true, seeds: [seed] };
  const indexCache = { folder: cacheFolder, maxBytes: mebibyte };
  return { disk, updated, request, indexCache, cacheFolder, outputPath };
}

describe('sections kept between runs', () => {
  it('are not downloaded again, also for another version', async () => {
    await using folder = await temporaryFolder();
    const { updated, request, indexCache, outputPath } = await versions(folder.path);
    const alone = await fetchImage({ ...request, tagOrDigest: '2' });
    await fetchImage({ ...request, tagOrDigest: '1', indexCache });
    const second = await fetchImage({ ...request, tagOrDigest: '2', indexCache });
    // The ids of the older pack alone are sixteen bytes a block.
    expect(alone.bytesDownloaded - second.bytesDownloaded).toBeGreaterThan(20_000);
    const again = await fetchImage({ ...request, tagOrDigest: '2', indexCache });
    expect(again.bytesDownloaded).toBeLessThan(second.bytesDownloaded);
    expect((await readFile(outputPath)).equals(updated)).toBe(true);
  });

  it('are read from the repository again when the copy is damaged, and stay within their limit', async () => {
    await using folder = await temporaryFolder();
    const { disk, request, indexCache, cacheFolder, outputPath } = await versions(folder.path);
    await fetchImage({ ...request, tagOrDigest: '1', indexCache });
    const names = await readdir(cacheFolder);
    expect(names.length).toBeGreaterThan(2);
    for (const name of names) await writeFile(join(cacheFolder, name), 'not what it was');
    await fetchImage({ ...request, tagOrDigest: '1', indexCache });
    expect((await readFile(outputPath)).equals(disk)).toBe(true);
    for (const name of names) {
      expect(await readFile(join(cacheFolder, name), 'latin1')).not.toBe('not what it was');
    }
    await openSectionCache({ ...indexCache, maxBytes: 40_000 }).prune();
    const left = await readdir(cacheFolder);
    const sizes = await Promise.all(left.map(async (name) => (await stat(join(cacheFolder, name))).size));
    expect(left.length).toBeGreaterThan(0);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(40_000);
  });

  it('are read from the repository again where something else lies in their place', async () => {
    await using folder = await temporaryFolder();
    const { disk, request, indexCache, cacheFolder, outputPath } = await versions(folder.path);
    await fetchImage({ ...request, tagOrDigest: '1', indexCache });
    for (const name of await readdir(cacheFolder)) {
      await rm(join(cacheFolder, name));
      await mkdir(join(cacheFolder, name));
    }
    await fetchImage({ ...request, tagOrDigest: '1', indexCache });
    expect((await readFile(outputPath)).equals(disk)).toBe(true);
  });

  it('are done without where nothing can be written', async () => {
    await using folder = await temporaryFolder();
    const { disk, request, outputPath } = await versions(folder.path);
    const file = join(folder.path, 'file');
    await writeFile(file, 'in the way');
    const indexCache = { folder: join(file, 'cache'), maxBytes: mebibyte };
    await fetchImage({ ...request, tagOrDigest: '1', indexCache });
    expect((await readFile(outputPath)).equals(disk)).toBe(true);
  });
});
