import { mkdir, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openRawFile } from '../disk/raw-file.ts';
import { singleKey } from '../keys/key-source.ts';
import { createRepositoryKey } from '../keys/repository-key.ts';
import { mustRun } from '../nbd/testing/run.ts';
import { packImage } from '../pack/pack-image.ts';
import { memoryDisk, sampleBytes } from '../testing/memory-disk.ts';
import { layoutIn, testKeys, testMachine } from '../testing/packed-image.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { diffImages } from './diff-images.ts';

async function packTree(folder: string, tag: string, keys = testKeys) {
  const path = join(folder, `${tag}.raw`);
  await writeFile(path, '');
  await truncate(path, 32 * 1024 * 1024);
  await mustRun('mke2fs', '-q', '-F', '-t', 'ext4', '-b', '4096', '-d', join(folder, 'tree'), path);
  await using source = await openRawFile(path);
  const repository = layoutIn(folder);
  await packImage({ source, repository, tag, keys, machine: testMachine, threads: 1 });
  return { repository, tagOrDigest: tag, keys };
}

describe('diffImages with files', () => {
  it('tells what was added, removed and changed, and how much of it is new', async () => {
    await using folder = await temporaryFolder();
    const tree = join(folder.path, 'tree');
    await mkdir(join(tree, 'etc'), { recursive: true });
    const large = sampleBytes(400_000, 1);
    await writeFile(join(tree, 'same'), sampleBytes(50_000, 2));
    await writeFile(join(tree, 'large'), large);
    await writeFile(join(tree, 'gone'), 'x');
    await writeFile(join(tree, 'etc/moved'), sampleBytes(90_000, 3));
    const from = await packTree(folder.path, '1');
    large.set(sampleBytes(5000, 9), 100 * 1024);
    await writeFile(join(tree, 'large'), large);
    await writeFile(join(tree, 'etc/new'), sampleBytes(30_000, 4));
    await rename(join(tree, 'etc/moved'), join(tree, 'moved'));
    await rm(join(tree, 'gone'));
    const to = await packTree(folder.path, '2');
    const { fileSystems } = await diffImages(from, to, { withFiles: true });
    expect(fileSystems).toMatchObject([{ partition: 0, type: 'ext4', note: undefined }]);
    expect(fileSystems?.[0]?.files).toEqual([
      { path: '/etc/new', change: 'added', kind: 'file', sizeBytes: 30_000, newBytes: 8 * 4096 },
      { path: '/large', change: 'changed', kind: 'file', sizeBytes: 400_000, newBytes: 2 * 4096 },
      { path: '/etc/moved', change: 'removed', kind: 'file', sizeBytes: 90_000, newBytes: 0 },
      { path: '/gone', change: 'removed', kind: 'file', sizeBytes: 1, newBytes: 0 },
      { path: '/moved', change: 'added', kind: 'file', sizeBytes: 90_000, newBytes: 0 },
    ]);
    const same = await diffImages(from, from, { withFiles: true });
    expect(same.fileSystems?.[0]?.files).toEqual([]);
  }, 120_000);

  it('says where files cannot be listed', async () => {
    await using folder = await temporaryFolder();
    await mkdir(join(folder.path, 'tree'));
    const ext = await packTree(folder.path, '1');
    const fat = join(folder.path, 'fat.raw');
    await writeFile(fat, '');
    await truncate(fat, 4 * 1024 * 1024);
    await mustRun('mkfs.vfat', fat);
    await using source = await openRawFile(fat);
    const options = { repository: ext.repository, keys: testKeys, machine: testMachine, threads: 1 };
    await packImage({ ...options, source, tag: 'fat' });
    const toFat = await diffImages(ext, { ...ext, tagOrDigest: 'fat' }, { withFiles: true });
    expect(toFat.fileSystems?.[0]?.note).toMatch(
      /^Its files are not listed, because .*fat.* not read here\.$/,
    );
    const other = await packTree(folder.path, '3', singleKey(createRepositoryKey()));
    const otherKey = await diffImages(ext, other, { withFiles: true });
    expect(otherKey.fileSystems?.[0]?.note).toContain('different keys');
    await packImage({ ...options, source: memoryDisk(new Uint8Array(4096)), tag: 'none' });
    const toNone = await diffImages(ext, { ...ext, tagOrDigest: 'none' }, { withFiles: true });
    expect(toNone.fileSystems).toMatchObject([
      { type: 'ext4', note: 'Only the older image has this file system.' },
    ]);
  }, 120_000);
});
