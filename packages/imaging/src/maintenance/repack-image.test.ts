import { describe, expect, it } from 'vitest';
import { setBootOrder } from '../boot-order/index.ts';
import { openImage } from '../image/open-image.ts';
import { openVersion } from '../index/open-version.ts';
import { sampleBytes } from '../testing/memory-disk.ts';
import { layoutIn, packBytes, testKeys } from '../testing/packed-image.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { collectLayoutGarbage, planLayoutGarbage } from './layout-garbage.ts';
import { repackImage } from './repack-image.ts';

const keys = testKeys;

describe('repackImage', () => {
  it('leaves packs behind of which little is used, keeps the disk and the boot order, and frees space', async () => {
    await using folder = await temporaryFolder();
    const repository = layoutIn(folder.path);
    const first = sampleBytes(4_096_000, 1);
    await packBytes(repository, '1', first);
    // A fifth of the first version, and something new.
    const disk = new Uint8Array(1_228_800);
    disk.set(first.subarray(0, 819_200));
    disk.set(sampleBytes(409_600, 2), 819_200);
    await packBytes(repository, '2', disk);
    await setBootOrder({ repository, tagOrDigest: '2', tag: '2', keys, runs: [[7, 3]] });
    const old = await openVersion({ repository, tagOrDigest: '2', keys }, {});
    const receipt = await repackImage({ repository, tagOrDigest: '2', tag: '3', keys, threads: 1 });
    expect(receipt).toMatchObject({ packs: 2, packsLeft: 1 });
    expect(receipt.bytesLeft).toBeGreaterThan(receipt.storedBytes * 3);
    const repacked = await openVersion({ repository, tagOrDigest: '3', keys }, {});
    expect(repacked.root.bootOrder).toEqual([[7, 3]]);
    expect(repacked.config).toEqual(old.config);
    expect((await repository.resolve('2')).digest).toBe(old.manifest.digest);
    const options = { folder: repository.location, graceMs: 0, keep: 1 };
    const freed = await collectLayoutGarbage(await planLayoutGarbage(options), options);
    expect(freed.sizeBytes).toBeGreaterThan(receipt.bytesLeft);
    await using image = await openImage({ repository, tagOrDigest: '3', keys });
    expect(Buffer.from(await image.read(0, disk.length)).equals(disk)).toBe(true);
  });

  it('makes nothing when all packs are used well enough', async () => {
    await using folder = await temporaryFolder();
    const repository = layoutIn(folder.path);
    const packed = await packBytes(repository, '1', sampleBytes(1_000_000, 1));
    const receipt = await repackImage({ repository, tagOrDigest: '1', tag: '2', keys });
    expect(receipt).toEqual({ packs: 1, packsLeft: 0, digest: packed.digest, bytesLeft: 0, storedBytes: 0 });
    expect(await repository.listTags()).toEqual(['1']);
  });
});
