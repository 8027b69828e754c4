import { describe, expect, it } from 'vitest';
import { type BootRun, setBootOrder } from '../boot-order/index.ts';
import { openVersion } from '../index/open-version.ts';
import type { Repository } from '../repository/repository.ts';
import { sampleBytes } from '../testing/memory-disk.ts';
import { layoutIn, packBytes, testKeys } from '../testing/packed-image.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';

const disk = sampleBytes(200 * 4096, 1);
const order: BootRun[] = [
  [100, 20],
  [0, 10],
  [150, 5],
];

async function orderOf(repository: Repository, tagOrDigest: string): Promise<readonly BootRun[] | undefined> {
  return (await openVersion({ repository, tagOrDigest, keys: testKeys }, {})).root.bootOrder;
}

describe('packing over a version with a boot order', () => {
  it('takes the order over: the same disk under the same tag is the same version', async () => {
    await using folder = await temporaryFolder();
    const repository = layoutIn(folder.path);
    await packBytes(repository, '1', disk);
    const ordered = await setBootOrder({
      repository,
      tagOrDigest: '1',
      tag: '1',
      keys: testKeys,
      runs: order,
    });
    expect(await packBytes(repository, '1', disk)).toMatchObject({
      digest: ordered.digest,
      bootOrderFrom: ordered.digest,
      storedBytes: 0,
    });
  });

  it('follows blocks that moved, and leaves out those that are gone', async () => {
    await using folder = await temporaryFolder();
    const repository = layoutIn(folder.path);
    await packBytes(repository, '1', disk);
    await setBootOrder({ repository, tagOrDigest: '1', tag: '1', keys: testKeys, runs: order });
    const moved = new Uint8Array(400 * 4096);
    moved.set(disk.subarray(0, 110 * 4096), 200 * 4096);
    moved.set(disk.subarray(150 * 4096, 155 * 4096), 4096);
    await packBytes(repository, '2', moved);
    expect(await orderOf(repository, '2')).toEqual([
      [300, 10],
      [200, 10],
      [1, 5],
    ]);
  });

  it('keeps the places of blocks that changed where they are', async () => {
    await using folder = await temporaryFolder();
    const repository = layoutIn(folder.path);
    await packBytes(repository, '1', disk);
    await setBootOrder({ repository, tagOrDigest: '1', tag: '1', keys: testKeys, runs: order });
    const changed = disk.slice();
    changed.set(sampleBytes(3 * 4096, 50), 104 * 4096);
    changed.set(sampleBytes(4096, 51), 190 * 4096);
    await packBytes(repository, '2', changed);
    expect(await orderOf(repository, '2')).toEqual(order);
  });

  it('takes nothing from a version of which less than half is found again', async () => {
    await using folder = await temporaryFolder();
    const repository = layoutIn(folder.path);
    await packBytes(repository, '1', disk);
    await setBootOrder({ repository, tagOrDigest: '1', tag: '1', keys: testKeys, runs: order });
    const other = sampleBytes(200 * 4096, 9);
    other.set(disk.subarray(0, 10 * 4096), 0);
    expect(await packBytes(repository, 'other', other)).toMatchObject({ bootOrderFrom: null });
    expect(await orderOf(repository, 'other')).toBeUndefined();
  });

  it('prefers what the tag points at to newer versions', async () => {
    await using folder = await temporaryFolder();
    const repository = layoutIn(folder.path);
    const keys = testKeys;
    await packBytes(repository, 'a', disk);
    await setBootOrder({ repository, tagOrDigest: 'a', tag: 'a', keys, runs: order });
    await setBootOrder({ repository, tagOrDigest: 'a', tag: 'b', keys, runs: [[7, 1]] });
    const changed = disk.slice();
    changed.set(sampleBytes(4096, 51), 190 * 4096);
    await packBytes(repository, 'a', changed);
    expect(await orderOf(repository, 'a')).toEqual(order);
    await packBytes(repository, 'c', changed);
    // The newest is the one just packed.
    expect(await orderOf(repository, 'c')).toEqual(order);
  });
});
