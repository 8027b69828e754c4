import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inspectImage } from '../image/inspect-image.ts';
import { openImage } from '../image/open-image.ts';
import { openVersion } from '../index/open-version.ts';
import { memoryDisk } from '../testing/memory-disk.ts';
import { layoutIn, packBytes, sampleDisk, testKeys } from '../testing/packed-image.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { boundRuns, maxBootBlocks } from './boot-run.ts';
import { recordReads } from './record-reads.ts';
import { setBootOrder } from './set-boot-order.ts';

describe('recordReads', () => {
  it('notes each block once, in the order it was asked for first, and gives the bytes of the disk', async () => {
    const bytes = sampleDisk();
    const recorded = recordReads(memoryDisk(bytes));
    const read = await recorded.disk.read(400_000, 5000);
    expect(Buffer.from(read).equals(bytes.subarray(400_000, 405_000))).toBe(true);
    await recorded.disk.read(0, 8192);
    await recorded.disk.read(398_000, 4096);
    await recorded.disk.read(bytes.length - 1, 1);
    expect(recorded.runs()).toEqual([
      [97, 2],
      [0, 2],
      [732, 1],
    ]);
  });

  it('holds every block that was read, once, whatever the reads were', async () => {
    const disk = memoryDisk(new Uint8Array(400 * 4096));
    const reads = fc.array(fc.tuple(fc.nat(300), fc.integer({ min: 1, max: 40 })), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(reads, async (places) => {
        const recorded = recordReads(disk);
        const wanted = new Set<number>();
        for (const [first, blocks] of places) {
          await recorded.disk.read(first * 4096, blocks * 4096);
          for (let block = first; block < first + blocks; block += 1) wanted.add(block);
        }
        const noted = recorded
          .runs()
          .flatMap(([first, count]) => Array.from({ length: count }, (_, at) => first + at));
        expect(new Set(noted).size).toBe(noted.length);
        expect(wanted.isSubsetOf(new Set(noted))).toBe(true);
        expect(noted[0]).toBe(places[0]?.[0]);
      }),
      { numRuns: 50 },
    );
  });
});

describe('boundRuns', () => {
  it('cuts behind the limits and says at which', () => {
    expect(boundRuns([[5, 1]])).toEqual({ runs: [[5, 1]], limit: undefined });
    const many = Array.from({ length: 5000 }, (_, at): [number, number] => [at * 100, 1]);
    expect(boundRuns(many)).toEqual({ runs: many.slice(0, 4096), limit: 'runs' });
    const long = boundRuns([
      [0, maxBootBlocks - 1],
      [maxBootBlocks * 2, 5],
    ]);
    expect(long).toEqual({
      runs: [
        [0, maxBootBlocks - 1],
        [maxBootBlocks * 2, 1],
      ],
      limit: 'bytes',
    });
  });
});

describe('setBootOrder', () => {
  it('stores the order under the tag with the same packs, and twice is once', async () => {
    await using folder = await temporaryFolder();
    const repository = layoutIn(folder.path);
    const disk = sampleDisk();
    const packed = await packBytes(repository, '1', disk);
    const blobs = join(folder.path, 'layout', 'blobs', 'sha256');
    const before = await readdir(blobs);
    const location = { repository, tagOrDigest: '1', keys: testKeys };
    const runs = [
      [256, 3],
      [0, 10],
    ] as const;
    const receipt = await setBootOrder({ ...location, tag: '1', runs });
    expect(receipt).toMatchObject({ runs: 2, bytes: 13 * 4096, limit: undefined });
    expect(receipt.digest).not.toBe(packed.digest);
    // A root index and a manifest, nothing else.
    expect((await readdir(blobs)).length - before.length).toBe(2);
    expect((await inspectImage(repository, '1')).digest).toBe(receipt.digest);
    expect((await openVersion(location, {})).root.bootOrder).toEqual(runs);
    expect(await setBootOrder({ ...location, tag: '1', runs })).toEqual(receipt);
    await using image = await openImage({ repository, tagOrDigest: '1', keys: testKeys });
    expect(Buffer.from(await image.read(0, disk.length)).equals(disk)).toBe(true);
  });

  it('takes the order away again, and refuses one that leaves the disk', async () => {
    await using folder = await temporaryFolder();
    const repository = layoutIn(folder.path);
    const packed = await packBytes(repository, '1', sampleDisk());
    const options = { repository, tagOrDigest: '1', tag: '1', keys: testKeys };
    await setBootOrder({ ...options, runs: [[1, 1]] });
    expect((await setBootOrder({ ...options, runs: [] })).digest).toBe(packed.digest);
    await expect(setBootOrder({ ...options, runs: [[732, 2]] })).rejects.toThrow(RangeError);
  });
});
