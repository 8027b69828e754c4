import { open, readFile, truncate, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { mustRun, run } from '../nbd/testing/run.ts';
import { makeScratch, type Scratch } from '../nbd/testing/scratch.ts';
import { describeSource } from './index.ts';

const mebibyte = 1024 * 1024;

async function partitioned(scratch: Scratch, script: string, sizeMiB = 400): Promise<string> {
  const path = scratch.path('disk.raw');
  await writeFile(path, '');
  await truncate(path, sizeMiB * mebibyte);
  const { status, stderr } = await run('sfdisk', ['--quiet', path], script);
  if (status !== 0) throw new Error(stderr);
  return path;
}

/** Makes a file system in a file of its own and puts it into the disk. */
async function fill(
  scratch: Scratch,
  disk: string,
  startMiB: number,
  sizeMiB: number,
  mkfs: string[],
): Promise<void> {
  const part = scratch.path('part');
  await writeFile(part, '');
  await truncate(part, sizeMiB * mebibyte);
  const [program = '', ...args] = mkfs;
  await mustRun(program, ...args, part);
  await mustRun(
    'dd',
    `if=${part}`,
    `of=${disk}`,
    'bs=1M',
    `seek=${startMiB}`,
    'conv=notrunc,sparse',
    'status=none',
  );
}

describe('describing a source', () => {
  test('names the partitions and file systems of a GPT disk', async () => {
    await using scratch = await makeScratch();
    const path = await partitioned(
      scratch,
      [
        'label: gpt',
        'start=1MiB, size=1MiB, type=21686148-6449-6E6F-744E-656564454649',
        'start=2MiB, size=48MiB, type=U',
        'start=50MiB, size=100MiB, type=L, name="root"',
        'start=150MiB, size=10MiB, type=S',
      ].join('\n'),
    );
    await fill(scratch, path, 2, 48, ['mkfs.vfat', '-F', '16', '-n', 'ESP']);
    await fill(scratch, path, 50, 100, ['mkfs.ext4', '-q', '-L', 'carrel-root']);
    await fill(scratch, path, 150, 10, ['mkswap', '-L', 'pages']);
    expect(await describeSource(path)).toMatchObject({
      format: 'raw',
      virtualSizeBytes: 400 * mebibyte,
      partitionTable: 'gpt',
      bootable: { bios: false, uefi: true },
      guestOs: 'linux',
      warnings: [],
      partitions: [
        { number: 1, startBytes: mebibyte, sizeBytes: mebibyte, fileSystem: undefined },
        { number: 2, fileSystem: 'fat16', label: 'ESP' },
        { number: 3, name: 'root', fileSystem: 'ext4', label: 'carrel-root', sizeBytes: 100 * mebibyte },
        { number: 4, fileSystem: 'swap', label: 'pages' },
      ],
    });
    const disk = await open(path, 'r+');
    await disk.write(Buffer.alloc(512, 0x41), 0, 512, 512);
    await disk.close();
    const damaged = await describeSource(path);
    expect(damaged.partitions).toHaveLength(4);
    expect(damaged.warnings).toHaveLength(1);
  });

  test('follows logical partitions of an MBR disk and notices a cut-off one', async () => {
    await using scratch = await makeScratch();
    const path = await partitioned(
      scratch,
      [
        'label: dos',
        'start=1MiB, size=40MiB, type=7, bootable',
        'start=41MiB, size=350MiB, type=5',
        'start=42MiB, size=20MiB, type=83',
        'start=64MiB, size=310MiB, type=83',
      ].join('\n'),
    );
    await fill(scratch, path, 1, 40, ['mkntfs', '-q', '-F', '-f']);
    await fill(scratch, path, 42, 20, ['mkfs.ext2', '-q']);
    await fill(scratch, path, 64, 310, ['mkfs.xfs', '-q', '-f', '-L', 'data']);
    expect(await describeSource(path)).toMatchObject({
      partitionTable: 'mbr',
      guestOs: 'windows',
      partitions: [
        { number: 1, type: '0x07', isActive: true, fileSystem: 'ntfs' },
        { number: 5, type: '0x83', startBytes: 42 * mebibyte, fileSystem: 'ext2' },
        { number: 6, type: '0x83', sizeBytes: 310 * mebibyte, fileSystem: 'xfs', label: 'data' },
      ],
    });
    await truncate(path, 200 * mebibyte);
    expect((await describeSource(path)).warnings.join()).toContain('Partition 6 reaches past the end');
  });

  test.each([
    ['fat32', ['mkfs.vfat', '-F', '32', '-n', 'STICK'], 'STICK'],
    ['fat12', ['mkfs.vfat', '-F', '12'], ''],
    ['ext3', ['mkfs.ext3', '-q', '-L', 'three'], 'three'],
    ['btrfs', ['mkfs.btrfs', '-q', '-L', 'tree'], 'tree'],
    ['ntfs', ['mkntfs', '-q', '-F', '-f'], ''],
  ])('a disk that is one %s as a whole', async (fileSystem, mkfs, label) => {
    await using scratch = await makeScratch();
    const path = scratch.path('disk.raw');
    await writeFile(path, '');
    await truncate(path, (fileSystem === 'fat12' ? 8 : 128) * mebibyte);
    const [program = '', ...args] = mkfs;
    await mustRun(program, ...args, path);
    const description = await describeSource(path);
    expect(description).toMatchObject({
      partitionTable: 'none',
      partitions: [{ number: 0, fileSystem, label }],
    });
  });

  test('bytes that are nothing known are a disk with nothing on it', async () => {
    await using scratch = await makeScratch();
    await writeFile(scratch.path('text'), 'just some words\n'.repeat(100));
    const description = await describeSource(scratch.path('text'));
    expect(description).toMatchObject({
      format: 'raw',
      partitionTable: 'none',
      partitions: [],
      guestOs: 'other',
    });
    expect(await readFile(scratch.path('text'), 'utf8')).toContain('just some words');
  });
});
