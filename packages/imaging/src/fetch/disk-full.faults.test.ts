import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packHonestly } from '../testing/forged-image.ts';
import { sampleBytes } from '../testing/memory-disk.ts';
import { outcomeOf } from '../testing/outcome.ts';
import { testKeys } from '../testing/packed-image.ts';
import { canMount, mountSmall, pageBytes } from '../testing/small-file-system.ts';
import { fetchImage } from './fetch-image.ts';

describe.skipIf(!canMount)('fetching while the disk fills up', () => {
  it('says so at every write, leaves nothing half-done, and succeeds once there is room', async () => {
    await using small = await mountSmall();
    const disk = sampleBytes(500_000, 5);
    const { repository } = await packHonestly(disk);
    const outputPath = join(small.path, 'folder', 'out.img');
    const request = { repository, tagOrDigest: '1', keys: testKeys, outputPath, threads: 1 };
    let failures = 0;
    for (;;) {
      let isScarce = false;
      const makeScarce = (): void => {
        if (!isScarce) small.leave(failures * 12 * pageBytes);
        isScarce = true;
      };
      small.leave(disk.length * 2);
      // First there is room for ever more files, then for ever more bytes, once the fetch has seen that all is well.
      small.leaveFiles(failures < 3 ? failures : 100);
      const fetching = outcomeOf(
        () => fetchImage({ ...request, onProgress: ({ phase }) => phase === 'downloading' && makeScarce() }),
        ['DISK_FULL'],
      );
      if ((await fetching) !== undefined) break;
      failures += 1;
      const left = await readdir(small.path, { recursive: true });
      expect(left.filter((name) => name.includes('out.img'))).toEqual([]);
    }
    expect(failures).toBeGreaterThan(8);
    expect((await readFile(outputPath)).equals(disk)).toBe(true);
    await rm(outputPath);
    small.leave(0);
    expect(await outcomeOf(() => fetchImage(request), ['DISK_FULL'])).toBeUndefined();
    small.leave(disk.length * 2);
    await fetchImage(request);
    expect((await readFile(outputPath)).equals(disk)).toBe(true);
  });
});
