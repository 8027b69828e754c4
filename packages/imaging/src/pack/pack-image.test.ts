import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffImages } from '../diff/diff-images.ts';
import { inspectImage } from '../image/inspect-image.ts';
import { openImage } from '../image/open-image.ts';
import { singleKey } from '../keys/key-source.ts';
import { openKeyring } from '../keys/keyring.ts';
import { createRepositoryKey } from '../keys/repository-key.ts';
import { memoryDisk, sampleBytes } from '../testing/memory-disk.ts';
import { layoutIn, packBytes, sampleDisk, testKey, testKeys, testMachine } from '../testing/packed-image.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { verifyImage } from '../verify/verify-image.ts';
import { packImage } from './pack-image.ts';

const piece = fc.tuple(fc.nat(40), fc.integer({ min: 1, max: 40_000 }), fc.nat(4));

/** Disks of any size, with holes, repeats and ends that are no multiple of anything. */
const disks = fc.tuple(fc.array(piece, { maxLength: 8 }), fc.nat(9000)).map(([pieces, tail]) => {
  const end = Math.max(0, ...pieces.map(([block, length]) => block * 4096 + length));
  const disk = new Uint8Array(end + tail);
  for (const [block, length, seed] of pieces) disk.set(sampleBytes(length, seed), block * 4096);
  return disk;
});

describe('packImage', () => {
  it('keeps every byte of any disk, read as a whole and in any part', async () => {
    await using folder = await temporaryFolder();
    const repository = layoutIn(folder.path);
    await fc.assert(
      fc.asyncProperty(disks, fc.boolean(), fc.nat(), fc.nat(), async (disk, reportsZeros, a, b) => {
        const source = memoryDisk(disk, reportsZeros);
        const { digest } = await packImage({
          source,
          repository,
          tag: 'x',
          keys: testKeys,
          machine: testMachine,
          threads: 1,
        });
        await using image = await openImage({ repository, tagOrDigest: digest, keys: testKeys });
        const [from, to] = [a % (disk.length + 1), b % (disk.length + 1)].toSorted((x, y) => x - y);
        const [start, end] = [from ?? 0, to ?? 0];
        expect(Buffer.from(await image.read(start, end - start)).equals(disk.subarray(start, end))).toBe(
          true,
        );
        expect(Buffer.from(await image.read(0, disk.length)).equals(disk)).toBe(true);
        let next = start;
        for await (const extent of image.extents(start, end - start)) {
          expect(extent.offsetBytes).toBe(next);
          next += extent.lengthBytes;
          const content = disk.subarray(extent.offsetBytes, next);
          if (extent.kind === 'zero') expect(content.every((byte) => byte === 0)).toBe(true);
        }
        expect(next).toBe(end);
      }),
      { numRuns: 25 },
    );
  });

  it('gives the same digest for the same disk, whatever the extents, threads and place', async () => {
    await using first = await temporaryFolder();
    await using second = await temporaryFolder();
    const disk = sampleDisk();
    const one = await packBytes(layoutIn(first.path), '1', disk);
    const again = await packBytes(layoutIn(first.path), '2', disk);
    expect(again).toMatchObject({ digest: one.digest, storedBytes: 0, newFrames: 0 });
    const other = await packImage({
      source: memoryDisk(disk, true),
      repository: layoutIn(second.path, 'elsewhere'),
      tag: '3',
      keys: testKeys,
      machine: testMachine,
      threads: 1,
    });
    expect(other.digest).toBe(one.digest);
  });

  it('stores only what is new, and says so', async () => {
    await using folder = await temporaryFolder();
    const repository = layoutIn(folder.path);
    const disk = sampleDisk();
    const first = await packBytes(repository, '1', disk);
    const moved = new Uint8Array(disk.length);
    moved.set(disk.subarray(0, 393_216), 1_998_848);
    moved.set(sampleBytes(4096, 77), 0);
    const second = await packBytes(repository, '2', moved);
    expect(second.newFrames).toBe(1);
    expect(second.storedBytes).toBeLessThan(10_000);
    expect(second.keyId).toBe(first.keyId);
    const keys = testKeys;
    const difference = await diffImages(
      { repository, tagOrDigest: '1', keys },
      { repository, tagOrDigest: '2', keys },
    );
    expect(difference).toMatchObject({ newBlocks: 1, newBytes: 4096 });
    expect(difference.changedBlocks).toBeGreaterThan(96);
    await using image = await openImage({ repository, tagOrDigest: '2', keys });
    expect(Buffer.from(await image.read(0, moved.length)).equals(moved)).toBe(true);
    const verified = await verifyImage({ repository, tagOrDigest: '2', keys });
    expect(verified.frames).toBeGreaterThan(1);
    expect(await inspectImage(repository, '2')).toMatchObject({
      digest: second.digest,
      virtualSizeBytes: moved.length,
      dataBytes: second.dataBytes,
      machine: testMachine,
    });
  });

  it('tells its progress by what there is to read, without holes', async () => {
    await using folder = await temporaryFolder();
    const disk = new Uint8Array(40 * 1024 * 1024);
    disk.set(sampleBytes(3 * 1024 * 1024, 1), 20 * 1024 * 1024);
    const told: (readonly [number | undefined, number | undefined])[] = [];
    await packImage({
      source: memoryDisk(disk, true),
      repository: layoutIn(folder.path),
      tag: '1',
      keys: testKeys,
      machine: testMachine,
      threads: 1,
      onProgress: ({ phase, doneBytes, totalBytes }) => {
        if (phase === 'packing') told.push([doneBytes, totalBytes]);
      },
    });
    expect(told).toEqual([1, 2, 3].map((mebibytes) => [mebibytes * 1024 * 1024, 3 * 1024 * 1024]));
  });

  it('uses the key of the images that are there, and says when it is not held', async () => {
    await using folder = await temporaryFolder();
    const repository = layoutIn(folder.path);
    const ring = openKeyring(join(folder.path, 'ring.json'));
    const first = await packBytes(repository, '1', sampleDisk(), ring);
    const second = await packBytes(repository, '2', sampleDisk(), ring);
    expect(second).toMatchObject({ keyId: first.keyId, storedBytes: 0 });
    const empty = openKeyring(join(folder.path, 'other.json'));
    await expect(packBytes(repository, '3', sampleDisk(), empty)).rejects.toMatchObject({
      code: 'IMAGE_KEY_MISSING',
    });
    // A key given explicitly is used, and shares nothing.
    const own = createRepositoryKey();
    const third = await packBytes(repository, '3', sampleDisk(), singleKey(own));
    expect(third.keyId).toBe(own.keyId);
    expect(third.reusedBytes).toBeLessThan(100_000);
  });

  it('opens with the right key only', async () => {
    await using folder = await temporaryFolder();
    const repository = layoutIn(folder.path);
    await packBytes(repository, '1', sampleDisk());
    const wrong = singleKey(createRepositoryKey());
    await expect(openImage({ repository, tagOrDigest: '1', keys: wrong })).rejects.toMatchObject({
      code: 'IMAGE_KEY_WRONG',
      details: { keyId: testKey.keyId },
    });
  });

  it('leaves nothing behind when it is cancelled or the source fails', async () => {
    await using folder = await temporaryFolder();
    const repository = layoutIn(folder.path);
    const stop = new AbortController();
    const disk = sampleBytes(24 * 1024 * 1024, 5);
    const packing = packImage({
      source: memoryDisk(disk),
      repository,
      tag: '1',
      keys: testKeys,
      machine: testMachine,
      signal: stop.signal,
      onProgress: ({ doneBytes }) => {
        if ((doneBytes ?? 0) > 20 * 1024 * 1024) stop.abort();
      },
    });
    await expect(packing).rejects.toMatchObject({ name: 'AbortError' });
    const failing = {
      ...memoryDisk(disk),
      read: (offset: number, length: number) =>
        offset > 22_000_000
          ? Promise.reject(new Error('torn'))
          : Promise.resolve(disk.slice(offset, offset + length)),
    };
    const machine = testMachine;
    await expect(
      packImage({ source: failing, repository, tag: '1', keys: testKeys, machine }),
    ).rejects.toThrow('torn');
    expect(await repository.listTags()).toEqual([]);
    const blobs = await readdir(join(folder.path, 'layout', 'blobs', 'sha256')).catch(() => []);
    expect(blobs).toEqual([]);
  });
});
