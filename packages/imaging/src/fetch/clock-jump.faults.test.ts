import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { openImage } from '../image/open-image.ts';
import { RegistryRepository } from '../repository/registry/registry-repository.ts';
import { startDockerRegistry } from '../testing/docker-registry.ts';
import { layoutIn, packBytes, sampleDisk, testKeys } from '../testing/packed-image.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { fetchImage } from './fetch-image.ts';

const yearMs = 365 * 24 * 3600 * 1000;

afterEach(() => vi.restoreAllMocks());

it('a wall clock that jumps years at every look stops no pack, push, fetch or read', async () => {
  await using registry = await startDockerRegistry();
  await using folder = await temporaryFolder();
  const now = Date.now();
  let looks = 0;
  vi.spyOn(Date, 'now').mockImplementation(() => now + ((looks += 1) % 3) * yearMs - yearMs);
  const disk = sampleDisk(4);
  await using layout = layoutIn(folder.path);
  await packBytes(layout, '1', disk);
  await using repository = new RegistryRepository(
    { origin: registry.origin, name: 'jumping' },
    { attempts: 1 },
  );
  await packBytes(repository, '1', disk);
  for (const [at, from] of [layout, repository].entries()) {
    const location = { repository: from, tagOrDigest: '1', keys: testKeys };
    const outputPath = join(folder.path, `out-${at}.img`);
    const { seconds } = await fetchImage({ ...location, outputPath });
    expect((await readFile(outputPath)).equals(disk)).toBe(true);
    // Shorter than any jump and no less than nothing.
    expect(seconds).toBeGreaterThanOrEqual(0);
    expect(seconds * 1000).toBeLessThan(yearMs);
    await using image = await openImage(location);
    expect(Buffer.from(await image.read(0, disk.length)).equals(disk)).toBe(true);
  }
});
