import { execFileSync } from 'node:child_process';
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openRawFile } from '../disk/raw-file.ts';
import { singleKey } from '../keys/key-source.ts';
import { createRepositoryKey } from '../keys/repository-key.ts';
import { memoryDisk, sampleBytes } from '../testing/memory-disk.ts';
import { layoutIn, packBytes, sampleDisk, testKeys } from '../testing/packed-image.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { openImageSeed } from './image-seed.ts';
import { openPathSeed } from './path-seed.ts';
import { writeTree } from './testing/file-tree.ts';
import { useSeeds } from './testing/use-seeds.ts';

describe('a path as seed', () => {
  it('gives the blocks of a disk, and of all files below a folder with their tails padded', async () => {
    await using folder = await temporaryFolder();
    const tree = await writeTree(join(folder.path, 'files'), [300, 4096, 5001, 150_000, 1_200_000]);
    const disk = join(folder.path, 'disk.raw');
    await writeFile(disk, tree.disk);
    const repository = layoutIn(folder.path);
    await packBytes(repository, '1', tree.disk);
    for (const path of [disk, tree.path]) {
      await using seed = openPathSeed(path);
      expect(await useSeeds(repository, [seed])).toMatchObject({ good: tree.blocks });
    }
    // Only what is named may be a link.
    await symlink(disk, join(folder.path, 'link'));
    await using named = openPathSeed(join(folder.path, 'link'));
    expect((await useSeeds(repository, [named])).good).toBe(tree.blocks);
    await mkdir(join(folder.path, 'links'));
    await symlink(disk, join(folder.path, 'links', 'link'));
    await using below = openPathSeed(join(folder.path, 'links'));
    expect((await useSeeds(repository, [below])).good).toBe(0);
  });

  it('is a miss where files changed, vanished, or are no files any more', async () => {
    await using folder = await temporaryFolder();
    const tree = await writeTree(join(folder.path, 'files'), [8192, 8192, 8192, 8192]);
    const repository = layoutIn(folder.path);
    await packBytes(repository, '1', tree.disk);
    await using seed = openPathSeed(tree.path);
    const [first = '', second = '', third = ''] = tree.files;
    const outcome = await useSeeds(repository, [seed], async () => {
      await rm(first);
      await rename(second, join(folder.path, 'aside'));
      execFileSync('mkfifo', [second]);
      await writeFile(third, sampleBytes(8192, 99));
    });
    expect(outcome).toMatchObject({ promised: 8, good: 2 });
  });

  it('must exist', async () => {
    await using folder = await temporaryFolder();
    await packBytes(layoutIn(folder.path), '1', sampleDisk());
    await using seed = openPathSeed(join(folder.path, 'nothing'));
    await expect(useSeeds(layoutIn(folder.path), [seed])).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' });
  });
});

/** An older version in the same repository, and one of the same content elsewhere, packed by itself. */
async function versions(folder: string) {
  const older = sampleDisk(1);
  const newer = sampleDisk(1);
  newer.set(sampleBytes(50_000, 50), 100_000);
  // Moved by whole blocks, as a rebuilt file system moves files.
  newer.copyWithin(1_638_400, 1_048_576, 1_348_576);
  const repository = layoutIn(folder, 'image');
  await packBytes(repository, 'old', older);
  await packBytes(repository, '1', newer);
  const elsewhere = layoutIn(join(folder, 'elsewhere'));
  await packBytes(elsewhere, 'old', older);
  return { older, repository, elsewhere };
}

describe('an older version as seed', () => {
  it('gives what it has in common, by its packs or by ids, from wherever its disk lies', async () => {
    await using folder = await temporaryFolder();
    const { older, repository, elsewhere } = await versions(folder.path);
    await using scanned = openPathSeed(join(folder.path, 'old.raw'));
    await writeFile(join(folder.path, 'old.raw'), older);
    const expected = await useSeeds(repository, [scanned]);
    expect(expected.good).toBeGreaterThan(expected.storedBlocks / 2);
    expect(expected.good).toBeLessThan(expected.storedBlocks);
    for (const source of [repository, elsewhere]) {
      const location = { repository: source, tagOrDigest: 'old', keys: testKeys };
      const disk = await openRawFile(join(folder.path, 'old.raw'));
      await using seed = openImageSeed({ location, disk, name: 'image version 1' });
      const outcome = await useSeeds(repository, [seed]);
      expect(outcome).toMatchObject({ promised: expected.good, good: expected.good });
      expect(outcome.goodBySeed.get('image version 1')).toBe(expected.good);
    }
  });

  it('is a miss where its disk is not what its index says, shorter, or cannot be read', async () => {
    await using folder = await temporaryFolder();
    const { older, repository } = await versions(folder.path);
    const location = { repository, tagOrDigest: 'old', keys: testKeys };
    const open = (bytes: Uint8Array) => openImageSeed({ location, disk: memoryDisk(bytes), name: 'old' });
    await using whole = open(older);
    const all = await useSeeds(repository, [whole]);
    await using other = open(older.map((byte, at) => (at < 200_000 ? byte ^ 1 : byte)));
    const changed = await useSeeds(repository, [other]);
    expect(changed.promised).toBe(all.promised);
    expect(changed.good).toBeLessThan(all.good);
    expect(changed.good).toBeGreaterThan(0);
    await using cut = open(older.slice(0, 401_000));
    expect((await useSeeds(repository, [cut])).good).toBeLessThan(all.good);
    const raw = join(folder.path, 'old.raw');
    await writeFile(raw, older);
    await using closed = openImageSeed({ location, disk: await openRawFile(raw), name: 'old' });
    const none = await useSeeds(repository, [closed], () => writeFile(raw, ''));
    expect(none).toMatchObject({ promised: all.promised, good: 0 });
  });

  it('holds nothing under another key, or when its index is gone', async () => {
    await using folder = await temporaryFolder();
    const { older, repository } = await versions(folder.path);
    const otherKeys = singleKey(createRepositoryKey());
    const other = layoutIn(join(folder.path, 'other'));
    await packBytes(other, 'old', older, otherKeys);
    const locations = [
      { repository: other, tagOrDigest: 'old', keys: otherKeys },
      { repository, tagOrDigest: 'gone', keys: testKeys },
      { repository: layoutIn(join(folder.path, 'nowhere')), tagOrDigest: 'old', keys: testKeys },
    ];
    for (const location of locations) {
      await using seed = openImageSeed({ location, disk: memoryDisk(older), name: 'old' });
      expect(await useSeeds(repository, [seed])).toMatchObject({ promised: 0 });
    }
  });
});

describe('several seeds', () => {
  it('supply one image together, the first that has a block before the others', async () => {
    await using folder = await temporaryFolder();
    const tree = await writeTree(join(folder.path, 'files'), [40_960, 40_960, 40_960]);
    const repository = layoutIn(folder.path);
    await packBytes(repository, '1', tree.disk);
    const [first = '', second = ''] = tree.files;
    const half = join(folder.path, 'half');
    await writeFile(half, tree.disk.subarray(20_480, 61_440));
    await using a = openPathSeed(half);
    await using b = openPathSeed(first);
    await using c = openPathSeed(second);
    const outcome = await useSeeds(repository, [a, b, c]);
    expect(outcome.good).toBe(20);
    expect([...outcome.goodBySeed.values()]).toEqual([5, 10, 5]);
    expect(outcome.goodBySeed.get(half)).toBe(10);
  });
});
