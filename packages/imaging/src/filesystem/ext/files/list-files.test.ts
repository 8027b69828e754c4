import {
  link,
  mkdir,
  open,
  readdir,
  readFile,
  readlink,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { mustRun, run } from '../../../nbd/testing/run.ts';
import { makeScratch } from '../../../nbd/testing/scratch.ts';
import { diskRegion } from '../../../source/layout/disk-region.ts';
import { memoryDisk, sampleBytes } from '../../../testing/memory-disk.ts';
import { NotTrusted } from '../../not-trusted.ts';
import { type ListedFile, listExtFiles } from './list-files.ts';

const longTarget = 'x/'.repeat(100);

async function makeTree(root: string): Promise<void> {
  await mkdir(join(root, 'many'), { recursive: true });
  for (let at = 0; at < 600; at += 1)
    await writeFile(join(root, 'many', `file-with-a-long-name-${at}`), `${at}`);
  await mkdir(join(root, 'a/b/c'), { recursive: true });
  await writeFile(join(root, 'a/b/c/large'), sampleBytes(6_000_001, 1));
  await writeFile(join(root, 'empty'), '');
  await writeFile(join(root, 'grüße'), 'hallo');
  await symlink('short', join(root, 'short-link'));
  await symlink(longTarget, join(root, 'long-link'));
  await link(join(root, 'a/b/c/large'), join(root, 'hard'));
  await using sparse = await open(join(root, 'sparse'), 'w');
  await sparse.write('end', 50_000_000);
}

async function makeDisk(
  folder: string,
  tree: string,
  type: string,
  features: string[],
  sizeMiB = 64,
): Promise<Buffer> {
  const path = join(folder, `${type}.raw`);
  await writeFile(path, '');
  await truncate(path, sizeMiB * 1024 * 1024);
  await mustRun('mke2fs', '-q', '-F', '-t', type, '-b', '4096', ...features, '-d', tree, path);
  // Builds the indexes of large folders; tells with 1 that it changed something.
  const { status } = await run('e2fsck', ['-fyD', path]);
  expect(status).toBeLessThanOrEqual(1);
  return await readFile(path);
}

function contentOf(disk: Buffer, file: ListedFile): Buffer {
  const content = Buffer.alloc(file.sizeBytes);
  for (const { fileBlock, block, blocks } of file.runs) {
    disk.copy(content, fileBlock * 4096, block * 4096, (block + blocks) * 4096);
  }
  return content;
}

const kinds: readonly [string, string[]][] = [
  ['ext4', []],
  ['ext4', ['-O', '^metadata_csum,^64bit,^flex_bg']],
  ['ext3', ['-I', '128']],
  ['ext2', []],
];

describe('listExtFiles', () => {
  it.each(kinds)(
    'lists every file of an %s %s with its content',
    async (type, features) => {
      await using scratch = await makeScratch();
      const tree = scratch.path('tree');
      await makeTree(tree);
      const disk = await makeDisk(scratch.path('.'), tree, type, features);
      const found = new Map<string, ListedFile>();
      for await (const file of listExtFiles(diskRegion(memoryDisk(disk)))) found.set(file.path, file);
      const names = (await readdir(tree, { recursive: true })).map((name) => `/${name}`);
      expect([...found.keys()].toSorted()).toEqual(['/lost+found', ...names].toSorted());
      for (const name of [
        '/a/b/c/large',
        '/hard',
        '/sparse',
        '/empty',
        '/grüße',
        '/many/file-with-a-long-name-77',
      ]) {
        const file = found.get(name);
        expect(file?.kind).toBe('file');
        expect(file && contentOf(disk, file).equals(await readFile(join(tree, name)))).toBe(true);
      }
      expect(found.get('/a/b')?.kind).toBe('folder');
      expect(found.get('/short-link')).toMatchObject({ kind: 'link', runs: [] });
      expect(found.get('/short-link')?.within?.toString('latin1', 0, 5)).toBe('short');
      const long = found.get('/long-link');
      expect(long && contentOf(disk, long).toString()).toBe(await readlink(join(tree, 'long-link')));
    },
    120_000,
  );
});

describe('a damaged file system', () => {
  let disk: Buffer = Buffer.alloc(0);
  beforeAll(async () => {
    await using scratch = await makeScratch();
    const tree = scratch.path('tree');
    await mkdir(join(tree, 'a/b'), { recursive: true });
    for (let at = 0; at < 40; at += 1) await writeFile(join(tree, 'a/b', `f${at}`), sampleBytes(20_000, at));
    // Without checksums, so that the damage reaches what reads inodes and folders.
    disk = await makeDisk(
      scratch.path('.'),
      tree,
      'ext4',
      ['-O', '^metadata_csum,^uninit_bg,^has_journal', '-N', '128'],
      4,
    );
  }, 120_000);

  it('ends the listing, or gives files that lie within it, wherever bytes are changed', async () => {
    // Whatever is read to list the files is changed here and there, and then put back.
    const read = new Set<number>();
    const whole = memoryDisk(disk);
    const noting = {
      ...whole,
      read: (offset: number, length: number) => {
        for (let at = offset; at < offset + length; at += 4096) read.add(Math.floor(at / 4096));
        return whole.read(offset, length);
      },
    };
    expect(await Array.fromAsync(listExtFiles(diskRegion(noting)))).toHaveLength(43);
    const metadata = [...read];
    const changed = Buffer.from(disk);
    let refused = 0;
    for (let round = 0; round < 400; round += 1) {
      const noise = Buffer.from(sampleBytes(16_384, round).subarray(8192));
      for (let at = 0; at < 40; at += 1) {
        const block = metadata[noise.readUInt16LE(at * 8) % metadata.length] ?? 0;
        changed[block * 4096 + (noise.readUInt16LE(at * 8 + 2) % 4096)] = noise[at * 8 + 4] ?? 0;
      }
      try {
        for await (const { runs } of listExtFiles(diskRegion(memoryDisk(changed)))) {
          for (const run of runs) expect((run.block + run.blocks) * 4096).toBeLessThanOrEqual(disk.length);
        }
      } catch (error) {
        expect(error instanceof NotTrusted || error instanceof RangeError, String(error)).toBe(true);
        refused += 1;
      }
      for (const block of metadata) disk.copy(changed, block * 4096, block * 4096, block * 4096 + 4096);
    }
    expect(refused).toBeGreaterThan(50);
  }, 120_000);

  it('is refused when a folder contains itself', async () => {
    const changed = Buffer.from(disk);
    // The entry `b` of the folder `a` names the root.
    const entry = Buffer.from([0x01, 0x02, 0x62, 0, 0, 0]);
    const at = changed.indexOf(entry);
    expect(at).toBeGreaterThan(0);
    changed.writeUInt32LE(2, at - 6);
    await expect(Array.fromAsync(listExtFiles(diskRegion(memoryDisk(changed))))).rejects.toThrow(
      'two places',
    );
  });
});
