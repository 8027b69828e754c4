import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openImage } from '../image/open-image.ts';
import { openKeyring } from '../keys/keyring.ts';
import { sampleBytes } from '../testing/memory-disk.ts';
import { outcomeOf } from '../testing/outcome.ts';
import { layoutIn, packBytes, testKeys } from '../testing/packed-image.ts';
import { canMount, mountSmall, pageBytes, type SmallFileSystem } from '../testing/small-file-system.ts';
import { verifyImage } from '../verify/verify-image.ts';

const plenty = 32 * 1024 ** 2;
const [first, second] = [sampleBytes(200_000, 1), sampleBytes(200_000, 2)];

async function readBack(folder: string, tag: string): Promise<Buffer> {
  await using repository = layoutIn(folder);
  await using image = await openImage({ repository, tagOrDigest: tag, keys: testKeys });
  return Buffer.from(await image.read(0, image.sizeBytes));
}

const filesOf = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { recursive: true })).toSorted();

/** Packs `second`; tells whether there was room. */
async function packSecond(folder: string): Promise<boolean> {
  await using repository = layoutIn(folder);
  const receipt = await outcomeOf(() => packBytes(repository, '2', second), ['DISK_FULL']);
  return receipt !== undefined;
}

describe.skipIf(!canMount)('packing while the disk fills up', () => {
  /** Makes room scarcer and scarcer at every step of packing a second version, until it fits. */
  async function step(scarce: (small: SmallFileSystem, step: number) => void): Promise<number> {
    await using small = await mountSmall();
    await packBytes(layoutIn(small.path), '1', first);
    const before = await filesOf(small.path);
    for (let failures = 0; ; failures += 1) {
      scarce(small, failures);
      const isPacked = await packSecond(small.path);
      if (isPacked) {
        expect((await readBack(small.path, '2')).equals(second)).toBe(true);
        return failures;
      }
      expect(await filesOf(small.path)).toEqual(before);
      expect((await readBack(small.path, '1')).equals(first)).toBe(true);
    }
  }

  it('says so at every write, leaves what was there, and succeeds once there is room', async () => {
    const writes = await step((small, failures) => small.leave(failures * 3 * pageBytes));
    expect(writes).toBeGreaterThan(10);
  });

  it('says so at every file it makes', async () => {
    const files = await step((small, failures) => small.leaveFiles(failures));
    expect(files).toBeGreaterThan(3);
  });

  it('says so in a new layout too, of which nothing is left', async () => {
    await using small = await mountSmall();
    for (let failures = 0; ; failures += 1) {
      small.leave(failures * 4 * pageBytes);
      small.leaveFiles(failures < 8 ? failures : 100);
      if (await packSecond(small.path)) break;
      expect(await filesOf(small.path)).toEqual([]);
    }
    expect((await readBack(small.path, '2')).equals(second)).toBe(true);
    await rm(join(small.path, 'layout'), { recursive: true });
  });

  it('goes on with what was stored when another version was being packed', async () => {
    await using small = await mountSmall();
    await packBytes(layoutIn(small.path), '1', first);
    small.leave(10 * pageBytes);
    expect(await packSecond(small.path)).toBe(false);
    small.leave(plenty);
    expect(await packSecond(small.path)).toBe(true);
    await verifyImage({ repository: layoutIn(small.path), tagOrDigest: '2', keys: testKeys, threads: 1 });
  });
});

describe.skipIf(!canMount)('a key ring on a full disk', () => {
  it('says so, keeps the keys it has, and stops nobody later', async () => {
    await using small = await mountSmall();
    const ring = openKeyring(join(small.path, 'config', 'keyring.json'));
    for (let failures = 0; ; failures += 1) {
      small.leaveFiles(failures);
      if (await outcomeOf(() => ring.create(), ['DISK_FULL'])) break;
    }
    small.leaveFiles(100);
    const held = await ring.create();
    small.leave(0);
    expect(await outcomeOf(() => ring.create(), ['DISK_FULL'])).toBeUndefined();
    expect(await ring.find(held.keyId)).toEqual(held);
    expect(await readdir(join(small.path, 'config'))).toEqual(['keyring.json']);
    small.leave(plenty);
    const added = await ring.create();
    expect(await ring.find(added.keyId)).toEqual(added);
    expect(await ring.find(held.keyId)).toEqual(held);
  });
});
