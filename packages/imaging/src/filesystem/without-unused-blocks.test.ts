import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { DiskReader } from '../disk/disk-reader.ts';
import { mustRun, run } from '../nbd/testing/run.ts';
import { makeScratch, type Scratch } from '../nbd/testing/scratch.ts';
import { openSource } from '../source/index.ts';
import { withoutUnusedBlocks } from './index.ts';
import {
  countRemains,
  makeFileSystem,
  materialise,
  mebibyte,
  pattern,
  secret,
  withMount,
} from './testing/make-disk.ts';

interface Kind {
  readonly name: string;
  readonly mkfs: readonly string[];
  readonly sizeMiB: number;
  readonly mountType: string;
  /** Says that the file system is sound. */
  readonly check: readonly string[];
  /** Blocks are smaller than what can be given up, so some remains share 4 KiB with data in use. */
  readonly hasSmallBlocks?: true;
}

function ext(name: string, program: string, options: string, hasSmallBlocks?: true): Kind {
  const mkfs = [program, '-q', ...options.split(' ')];
  const mountType = program.replace('mkfs.', '');
  const kind = { name, mkfs, sizeMiB: 130, mountType, check: ['e2fsck', '-fn'] };
  return hasSmallBlocks ? { ...kind, hasSmallBlocks } : kind;
}

const xfsCheck = ['xfs_repair', '-n'];
const kinds: readonly Kind[] = [
  ext('ext4', 'mkfs.ext4', '-b 4096 -g 8192'),
  ext('ext4 with 1k blocks', 'mkfs.ext4', '-b 1024', true),
  ext('ext4 with meta_bg', 'mkfs.ext4', '-b 1024 -O meta_bg,^resize_inode', true),
  ext('ext4 with old checksums, 32 bit', 'mkfs.ext4', '-b 4096 -g 8192 -O ^metadata_csum,uninit_bg,^64bit'),
  ext('ext4 sparse_super2', 'mkfs.ext4', '-b 4096 -g 8192 -O sparse_super2,^flex_bg,^resize_inode'),
  ext('ext3', 'mkfs.ext3', '-b 4096 -g 8192'),
  ext('ext2', 'mkfs.ext2', '-b 2048', true),
  { name: 'xfs', mkfs: ['mkfs.xfs', '-q', '-f'], sizeMiB: 300, mountType: 'xfs', check: xfsCheck },
  {
    name: 'xfs with reverse mapping and 1k blocks',
    mkfs: ['mkfs.xfs', '-q', '-f', '-b', 'size=1024', '-m', 'rmapbt=1'],
    sizeMiB: 300,
    mountType: 'xfs',
    check: xfsCheck,
    hasSmallBlocks: true,
  },
  {
    name: 'ntfs',
    mkfs: ['mkntfs', '-q', '-F', '-f'],
    sizeMiB: 60,
    mountType: 'ntfs-3g',
    check: ['ntfsfix', '-n'],
  },
];

/** Makes a disk whose files were written and partly deleted by the kernel (or FUSE) driver itself. */
async function makeUsedDisk(scratch: Scratch, kind: Kind): Promise<string> {
  const path = await makeFileSystem(scratch, kind.mkfs, kind.sizeMiB);
  await withMount(scratch, path, kind.mountType, 'rw', async (root) => {
    await mkdir(join(root, 'kept'));
    for (let index = 0; index < 24; index += 1) {
      await writeFile(join(root, 'kept', `file-${index}`), pattern(`kept ${index} `, 7000 * (index + 1)));
      await writeFile(join(root, `deleted-${index}`), pattern(secret, 500_000));
    }
    await mustRun('sync', '-f', root);
    for (let index = 0; index < 24; index += 1) await rm(join(root, `deleted-${index}`));
  });
  return path;
}

async function digestFiles(root: string): Promise<Record<string, string>> {
  const digests: Record<string, string> = {};
  for (const name of await readdir(join(root, 'kept'))) {
    const content = await readFile(join(root, 'kept', name));
    digests[name] = createHash('sha256').update(content).digest('hex');
  }
  return digests;
}

/** Reads across borders of used and unused give what the extents promised. */
async function assertReadsAgree(disk: DiskReader, copyPath: string): Promise<void> {
  await using copy = await open(copyPath, 'r');
  for (let at = 1000; at + 3 * mebibyte < disk.sizeBytes; at += 17 * mebibyte + 333) {
    const expected = Buffer.alloc(3 * mebibyte - 77);
    await copy.read(expected, 0, expected.length, at);
    expect(Buffer.compare(await disk.read(at, expected.length), expected)).toBe(0);
  }
}

describe.skipIf(process.getuid?.() !== 0)('a disk whose files were partly deleted', () => {
  test.each(kinds)('$name keeps every file and loses the remains', async (kind) => {
    await using scratch = await makeScratch();
    const path = await makeUsedDisk(scratch, kind);
    const before = await withMount(scratch, path, kind.mountType, 'ro', digestFiles);
    await using source = await openSource(path);
    expect(await countRemains(source)).toBeGreaterThan(2500);
    const trimmed = await withoutUnusedBlocks(source);
    expect(trimmed.fileSystems).toMatchObject([{ partition: 0, note: undefined }]);
    expect(trimmed.discardedBytes).toBeGreaterThan(10 * mebibyte);
    expect(await countRemains(trimmed.disk)).toBeLessThanOrEqual(kind.hasSmallBlocks ? 48 : 0);

    const copy = scratch.path('copy.raw');
    await materialise(trimmed.disk, copy);
    const [program = '', ...args] = kind.check;
    await mustRun(program, ...args, copy);
    expect(await withMount(scratch, copy, kind.mountType, 'ro', digestFiles)).toEqual(before);
    expect(Object.keys(before)).toHaveLength(24);
    await assertReadsAgree(trimmed.disk, copy);
  });

  test.each(kinds.filter(({ name }) => ['ext4', 'ext2', 'xfs'].includes(name)))(
    '$name that is still mounted is left alone',
    async (kind) => {
      await using scratch = await makeScratch();
      const path = await makeFileSystem(scratch, kind.mkfs, kind.sizeMiB);
      const crashed = scratch.path('crashed.raw');
      await withMount(scratch, path, kind.mountType, 'rw', async (root) => {
        await writeFile(join(root, 'file'), pattern('being written ', 500_000));
        await mustRun('sync', '-f', root);
        await mustRun('cp', '--sparse=always', path, crashed);
      });
      await using source = await openSource(crashed);
      const trimmed = await withoutUnusedBlocks(source);
      expect(trimmed.discardedBytes).toBe(0);
      expect(trimmed.fileSystems[0]?.note).toContain('shut the guest down properly');
    },
  );
});

describe('a file system made over old data', () => {
  test.each([
    [
      'ext4',
      ['mkfs.ext4', '-q', '-b', '4096', '-E', 'nodiscard,lazy_itable_init=0,lazy_journal_init=0', '-d'],
      ['e2fsck', '-fn'],
    ],
    ['xfs', ['mkfs.xfs', '-q', '-f', '-K', '-m', 'crc=0,finobt=0,reflink=0,rmapbt=0', '-p'], xfsCheck],
  ] as const)(
    '%s gives up all that it does not use, inside its partition only',
    async (type, mkfs, check) => {
      await using scratch = await makeScratch();
      const [sizeMiB, startMiB] = [320, 2];
      await mkdir(scratch.path('tree'));
      await writeFile(scratch.path('tree/file'), pattern('kept ', 300_000));
      await writeFile(
        scratch.path('proto'),
        `/\n0 0\nd--755 0 0\nfile ---644 0 0 ${scratch.path('tree/file')}\n$\n`,
      );
      const [program, ...options] = mkfs;
      const part = scratch.path('part.raw');
      // Junk at the start, in the middle and at the end, as from an earlier use.
      const whole = scratch.path('disk.raw');
      await using file = await open(whole, 'w');
      await file.truncate((sizeMiB + 2 * startMiB) * mebibyte);
      for (const at of [1, 4, 40, 170, 310, sizeMiB + startMiB]) {
        await file.write(pattern(secret, mebibyte), 0, mebibyte, at * mebibyte);
      }
      const script = `label: gpt\nstart=${startMiB}MiB, size=${sizeMiB}MiB, type=L\n`;
      expect((await run('sfdisk', ['--quiet', whole], script)).status).toBe(0);
      const dd = ['bs=1M', 'status=none', 'conv=sparse,notrunc'];
      await mustRun('dd', `if=${whole}`, `of=${part}`, `skip=${startMiB}`, `count=${sizeMiB}`, ...dd);
      await mustRun(program, ...options, scratch.path(type === 'xfs' ? 'proto' : 'tree'), part);
      // Not sparse: zeros that mkfs wrote must replace what was there.
      await mustRun(
        'dd',
        `if=${part}`,
        `of=${whole}`,
        `seek=${startMiB}`,
        'bs=1M',
        'status=none',
        'conv=notrunc',
      );

      await using source = await openSource(whole);
      const before = await countRemains(source);
      const trimmed = await withoutUnusedBlocks(source);
      expect(trimmed.fileSystems).toMatchObject([{ partition: 1, type, note: undefined }]);
      // What lies before and behind the partition is not the file system's to give up.
      expect(before).toBeGreaterThan(1200);
      expect(await countRemains(trimmed.disk)).toBe(512);
      const copy = scratch.path('copy.raw');
      await materialise(trimmed.disk, copy);
      await mustRun(
        'dd',
        `if=${copy}`,
        `of=${part}`,
        `skip=${startMiB}`,
        `count=${sizeMiB}`,
        'bs=1M',
        'status=none',
      );
      const [checker, ...args] = check;
      await mustRun(checker, ...args, part);
      if (type === 'ext4') {
        expect(await mustRun('debugfs', '-R', 'cat /file', part)).toBe(pattern('kept ', 300_000).toString());
      }
    },
  );
});
