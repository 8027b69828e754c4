import { open, readFile, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type { DiskReader } from '../disk/disk-reader.ts';
import { mustRun } from '../nbd/testing/run.ts';
import { makeScratch } from '../nbd/testing/scratch.ts';
import { openSource } from '../source/index.ts';
import { withoutUnusedBlocks } from './index.ts';
import { countRemains, makeFileSystem, materialise, mebibyte, pattern, secret } from './testing/make-disk.ts';

describe('FAT', () => {
  test.each([
    ['fat12', 8, ['-F', '12']],
    ['fat16', 60, ['-F', '16', '-s', '8']],
    ['fat32', 300, ['-F', '32']],
    ['fat32', 40, ['-F', '32', '-s', '1']],
  ] as const)('%s of %i MiB keeps every file and loses the remains', async (type, sizeMiB, options) => {
    await using scratch = await makeScratch();
    const path = await makeFileSystem(scratch, ['mkfs.vfat', ...options], sizeMiB);
    const [kept, deleted] = [scratch.path('kept'), scratch.path('deleted')];
    await writeFile(kept, pattern('kept ', 100_000));
    await writeFile(deleted, pattern(secret, 500_000));
    for (let index = 0; index < 8; index += 1) {
      await mustRun('mcopy', '-i', path, kept, `::kept${index}`);
      if (index < 6) await mustRun('mcopy', '-i', path, deleted, `::gone${index}`);
    }
    for (let index = 0; index < 6; index += 1) await mustRun('mdel', '-i', path, `::gone${index}`);
    await using source = await openSource(path);
    expect(await countRemains(source)).toBeGreaterThan(700);
    const trimmed = await withoutUnusedBlocks(source);
    expect(trimmed.fileSystems).toMatchObject([{ type, note: undefined }]);
    expect(trimmed.discardedBytes).toBeGreaterThan(2 * mebibyte);
    // Clusters need not begin at 4 KiB: the first and last of each deleted file may share a block with another.
    expect(await countRemains(trimmed.disk)).toBeLessThanOrEqual(12);
    const copy = scratch.path('copy.raw');
    await materialise(trimmed.disk, copy);
    await mustRun('fsck.vfat', '-n', copy);
    for (let index = 0; index < 8; index += 1) {
      expect(await mustRun('mtype', '-i', copy, `::kept${index}`)).toBe(pattern('kept ', 100_000).toString());
    }
  });

  test.each([
    ['a dirty mark', 'was not unmounted', () => 0x25],
    [
      'differing tables',
      'copies of its table differ',
      (boot: Buffer) => (boot.readUInt16LE(14) + boot.readUInt16LE(22)) * 512 + 100,
    ],
  ] as const)('with %s is left alone', async (_, part, place) => {
    await using scratch = await makeScratch();
    const path = await makeFileSystem(scratch, ['mkfs.vfat', '-F', '16'], 60);
    const file = await open(path, 'r+');
    const boot = Buffer.alloc(512);
    await file.read(boot, 0, 512, 0);
    await file.write(Buffer.from([1]), 0, 1, place(boot));
    await file.close();
    await using source = await openSource(path);
    const trimmed = await withoutUnusedBlocks(source);
    expect(trimmed.discardedBytes).toBe(0);
    expect(trimmed.fileSystems[0]?.note).toContain(part);
  });
});

describe('what cannot be trusted is left alone', () => {
  test.each([
    ['ext4', ['mkfs.ext4', '-q'], 100],
    ['ext2', ['mkfs.ext2', '-q', '-b', '4096'], 100],
    ['xfs', ['mkfs.xfs', '-q', '-f'], 300],
    ['ntfs', ['mkntfs', '-q', '-F', '-f'], 60],
  ] as const)('%s with any one of its tables damaged', async (type, mkfs, sizeMiB) => {
    await using scratch = await makeScratch();
    const path = await makeFileSystem(scratch, mkfs, sizeMiB);
    const places = tablesOf(type, await readFile(path));
    await using source = await openSource(path);
    const sound = await withoutUnusedBlocks(source);
    expect(sound.fileSystems).toMatchObject([{ note: undefined }]);
    for (const at of places) {
      const trimmed = await withoutUnusedBlocks(overwritten(source, at, Buffer.alloc(64, 0x5a)));
      expect(trimmed.fileSystems.every(({ note }) => note !== undefined)).toBe(true);
      expect(trimmed.discardedBytes, `damage at ${at}`).toBe(0);
    }
  });

  test('a bitmap that calls a table or a used block free', async () => {
    await using scratch = await makeScratch();
    const path = await makeFileSystem(scratch, ['mkfs.ext2', '-q', '-b', '4096'], 100);
    const bitmap = (await readFile(path)).readUInt32LE(4096) * 4096;
    await using source = await openSource(path);
    const trimmed = await withoutUnusedBlocks(overwritten(source, bitmap, Buffer.from([0xfe])));
    expect(trimmed.discardedBytes).toBe(0);
  });

  test('a hibernated Windows', async () => {
    await using scratch = await makeScratch();
    const path = await makeFileSystem(scratch, ['mkntfs', '-q', '-F', '-f'], 60);
    const disk = await readFile(path);
    const table = Number(disk.readBigUInt64LE(48)) * 512 * disk.readUInt8(13);
    const log = disk.subarray(table + 2 * 1024, table + 3 * 1024);
    const runAt = log.indexOf(Buffer.from([0x80, 0, 0, 0]), 56);
    const pairs = runAt + log.readUInt16LE(runAt + 32);
    const sizes = log.readUInt8(pairs);
    const cluster = log.readUIntLE(pairs + 1 + (sizes & 15), sizes >> 4);
    await using source = await openSource(path);
    const open = await withoutUnusedBlocks(overwritten(source, cluster * 4096, restartPage(0x0000)));
    expect(open.fileSystems[0]?.note).toContain('fast startup');
    const closed = await withoutUnusedBlocks(overwritten(source, cluster * 4096, restartPage(0x0002)));
    expect(closed.fileSystems[0]?.note).toBeUndefined();
  });

  test('bigalloc, and kinds that are not read', async () => {
    for (const [mkfs, reason] of [
      [['mkfs.ext4', '-q', '-O', 'bigalloc'], 'bigalloc'],
      [['mkfs.btrfs', '-q', '-f'], 'not read here'],
    ] as const) {
      await using scratch = await makeScratch();
      await using source = await openSource(await makeFileSystem(scratch, mkfs, 120));
      const trimmed = await withoutUnusedBlocks(source);
      expect(trimmed.discardedBytes).toBe(0);
      expect(trimmed.fileSystems[0]?.note).toContain(reason);
    }
  });
});

/** The first page of an NTFS log whose client is still there, with the given flags. */
function restartPage(flags: number): Buffer {
  const page = Buffer.alloc(4096);
  page.write('RSTR', 0, 'latin1');
  page.writeUInt16LE(30, 4);
  page.writeUInt16LE(9, 6);
  page.writeUInt32LE(4096, 16);
  page.writeUInt32LE(4096, 20);
  page.writeUInt16LE(48, 24);
  page.writeUInt16LE(1, 26);
  page.writeUInt16LE(1, 28);
  page.writeBigUInt64LE(77n, 48);
  page.writeUInt16LE(0, 48 + 12);
  page.writeUInt16LE(flags, 48 + 14);
  return page;
}

/** Where the tables that say what is free lie in a fresh file system. */
function tablesOf(type: 'ext4' | 'ext2' | 'xfs' | 'ntfs', disk: Buffer): number[] {
  if (type === 'xfs') {
    const root = disk.readUInt32BE(512 + 16) * disk.readUInt32BE(4);
    const log = disk.indexOf(Buffer.from([0xfe, 0xed, 0xba, 0xbe]));
    return [0, 80, 512, 512 + 50, root, root + 56, log, log + 512];
  }
  if (type === 'ntfs') {
    const table = Number(disk.readBigUInt64LE(48)) * disk.readUInt16LE(11) * disk.readUInt8(13);
    return [11, table, table + 2 * 1024 + 480, table + 3 * 1024, table + 6 * 1024, table + 6 * 1024 + 480];
  }
  const block = 1024 * 2 ** disk.readUInt32LE(1024 + 0x18);
  const descriptors = block === 1024 ? 2048 : block;
  const bitmap = disk.readUInt32LE(descriptors) * block;
  const checksummed = type === 'ext4' ? [1024 + 0x200] : [];
  return [1024 + 4, 1024 + 0x60, ...checksummed, descriptors, bitmap, bitmap + 100];
}

/** The disk with some bytes replaced. */
function overwritten(disk: DiskReader, at: number, bytes: Buffer): DiskReader {
  return {
    sizeBytes: disk.sizeBytes,
    extents: (offset, length, signal) => disk.extents(offset, length, signal),
    read: async (offset, length, signal) => {
      const data = await disk.read(offset, length, signal);
      for (let index = 0; index < bytes.length; index += 1) {
        const target = at + index - offset;
        if (target >= 0 && target < length) data[target] = bytes[index] ?? 0;
      }
      return data;
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
