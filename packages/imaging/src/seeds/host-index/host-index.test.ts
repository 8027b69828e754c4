import { execFileSync } from 'node:child_process';
import { constants } from 'node:fs';
import {
  appendFile,
  link,
  mkdir,
  mkdtemp,
  open,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRepositoryKey } from '../../keys/repository-key.ts';
import { sampleBytes } from '../../testing/memory-disk.ts';
import { layoutIn, packBytes, testKey } from '../../testing/packed-image.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { type FileTree, writeTree } from '../testing/file-tree.ts';
import { useSeeds } from '../testing/use-seeds.ts';
import { HostIndex } from './host-index.ts';
import { openHostSeed } from './host-seed.ts';
import type { RefreshOptions, RefreshReceipt } from './index-options.ts';

const sizes = [300, 4096, 5000, 20_000, 150_000, 1_100_000, 9000];

/** A tree, an image that holds all its files, and an index. */
async function prepared(folder: string, fileSizes: readonly number[] = sizes) {
  const tree = await writeTree(join(folder, 'files'), fileSizes);
  const repository = layoutIn(folder);
  await packBytes(repository, '1', tree.disk);
  const indexFolder = join(folder, 'index');
  const index = new HostIndex(indexFolder);
  const refresh = (options: Partial<RefreshOptions> = {}): Promise<RefreshReceipt> =>
    index.refresh({ key: testKey, folders: { include: [tree.path], exclude: [] }, ...options });
  const use = async (beforeUse?: () => Promise<void>) => {
    await using seed = openHostSeed(indexFolder);
    return await useSeeds(repository, [seed], beforeUse);
  };
  return { tree, index, indexFolder, refresh, use };
}

function fileOf(tree: FileTree, at: number): string {
  return tree.files[at] ?? '';
}

describe('the index of files', () => {
  it('tells where the blocks of an image lie, tails padded as on a disk', async () => {
    await using folder = await temporaryFolder();
    const { tree, refresh, use, index } = await prepared(folder.path);
    const receipt = await refresh();
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    expect(receipt).toMatchObject({ files: sizes.length, fileBytes: bytes, filesHashed: sizes.length });
    expect(receipt).toMatchObject({ bytesHashed: bytes, filesUnchanged: 0, keyId: testKey.keyId });
    const outcome = await use();
    expect(outcome).toMatchObject({ promised: outcome.storedBlocks, good: outcome.storedBlocks });
    expect(outcome.storedBlocks).toBe(tree.blocks);
    // Consecutive blocks of a file are read together, up to the end of a frame.
    expect(outcome.runs).toBeLessThan(tree.blocks / 8);
    const [status] = await index.status();
    expect(status).toMatchObject({ keyId: testKey.keyId, files: sizes.length, fileBytes: bytes });
    expect(status?.indexBytes).toBe(receipt.indexBytes);
    expect(Date.parse(status?.refreshedAt ?? '')).not.toBeNaN();
  });

  it('is of use only for images of its key', async () => {
    await using folder = await temporaryFolder();
    const { refresh, use, index } = await prepared(folder.path);
    expect((await use()).promised).toBe(0);
    await refresh({ key: createRepositoryKey() });
    expect((await use()).promised).toBe(0);
    await refresh();
    expect((await use()).good).toBeGreaterThan(0);
    expect(await index.status()).toHaveLength(2);
    expect(await index.clear()).toBe(2);
    expect(await index.status()).toEqual([]);
    expect((await use()).promised).toBe(0);
    expect(await index.clear()).toBe(0);
  });

  it('hashes again only what changed, and forgets what is gone', async () => {
    await using folder = await temporaryFolder();
    const { tree, refresh, use } = await prepared(folder.path);
    await refresh();
    expect(await refresh()).toMatchObject({ filesHashed: 0, bytesHashed: 0, filesUnchanged: sizes.length });
    await writeFile(join(tree.path, 'new'), sampleBytes(8192, 77));
    await appendFile(fileOf(tree, 3), 'more');
    await rm(fileOf(tree, 4));
    expect(await refresh()).toMatchObject({
      filesHashed: 2,
      bytesHashed: 8192 + 20_004,
      filesUnchanged: sizes.length - 2,
      filesRemoved: 1,
      files: sizes.length,
    });
    await rm(join(tree.path, 'folder 0'), { recursive: true });
    expect(await refresh()).toMatchObject({ files: 1, filesRemoved: sizes.length - 1 });
    expect((await use()).promised).toBe(0);
    await rm(tree.path, { recursive: true });
    expect(await refresh()).toMatchObject({ files: 0, fileBytes: 0, filesRemoved: 1 });
  });

  it('notices content that changed though size and time of the content are the same', async () => {
    await using folder = await temporaryFolder();
    const { tree, refresh, use } = await prepared(folder.path);
    await refresh();
    const file = fileOf(tree, 5);
    const { atime, mtime, size } = await stat(file);
    await writeFile(file, sampleBytes(size, 99));
    await utimes(file, atime, mtime);
    expect(await refresh()).toMatchObject({ filesHashed: 1, bytesHashed: size });
    const { promised, good } = await use();
    expect(good).toBe(promised);
    expect(promised).toBeLessThan(tree.blocks);
  });

  it('takes in names that are not text', async () => {
    await using folder = await temporaryFolder();
    const { tree, refresh, use } = await prepared(folder.path);
    const odd = Buffer.concat([Buffer.from(tree.path), Buffer.from([0x2f, 0xff, 0xfe, 0x0a, 0x2f])]);
    await mkdir(odd);
    for (const at of tree.files.keys()) {
      await rename(fileOf(tree, at), Buffer.concat([odd, Buffer.from([0xe4, 0x80 + at])]));
    }
    expect(await refresh()).toMatchObject({ files: sizes.length, skipped: { unreadable: 0 } });
    expect((await use()).good).toBe(tree.blocks);
    expect(await refresh()).toMatchObject({ filesUnchanged: sizes.length });
  });

  it('tells of folders without what would move the cursor of a terminal', async () => {
    await using folder = await temporaryFolder();
    const tree = await writeTree(join(folder.path, 'a\nb\u001b[2J'), [5000]);
    const notes: (string | undefined)[] = [];
    await new HostIndex(join(folder.path, 'index')).refresh({
      key: testKey,
      folders: { include: [tree.path], exclude: [] },
      onProgress: ({ note }) => notes.push(note),
    });
    expect(notes[0]).toBe(join(folder.path, 'a\u{fffd}b\u{fffd}[2J'));
  });

  it('takes in nothing but regular files, and each only once', async () => {
    await using folder = await temporaryFolder();
    const { tree, refresh } = await prepared(folder.path);
    const outside = await writeTree(join(folder.path, 'outside'), [5000, 6000], 3);
    await symlink(outside.path, join(tree.path, 'to a folder'));
    await symlink(fileOf(outside, 0), join(tree.path, 'to a file'));
    await link(fileOf(tree, 5), join(tree.path, 'folder 0', 'second name'));
    execFileSync('mkfifo', [join(tree.path, 'fifo')]);
    await writeFile(join(tree.path, 'tiny'), 'tiny');
    await truncate(join(tree.path, 'tiny'), 255);
    const receipt = await refresh({ limits: { largestFileBytes: 1_000_000 } });
    expect(receipt.files).toBe(sizes.length - 1);
    expect(receipt.skipped).toMatchObject({ tooSmall: 1, tooLarge: 2, linked: 0, unreadable: 0 });
    expect((await refresh()).skipped).toMatchObject({ linked: 1, tooLarge: 0 });
    const asRoot = await refresh({ folders: { include: [join(tree.path, 'to a folder')], exclude: [] } });
    expect(asRoot.files).toBe(0);
  });

  it('passes over folders that are not there', async () => {
    await using folder = await temporaryFolder();
    const { tree, refresh } = await prepared(folder.path);
    const folders = { include: [join(folder.path, 'nowhere'), tree.path, fileOf(tree, 0)], exclude: [] };
    expect(await refresh({ folders })).toMatchObject({ files: sizes.length });
  });

  it('leaves excluded folders and, unless told otherwise, other file systems alone', async () => {
    await using folder = await temporaryFolder();
    const { tree, refresh } = await prepared(
      folder.path,
      Array.from({ length: 25 }, () => 5000),
    );
    const [zero, one] = [join(tree.path, 'folder 0'), join(tree.path, 'folder 1')];
    expect(await refresh({ folders: { include: [tree.path], exclude: [one] } })).toMatchObject({ files: 15 });
    const deeper = { include: [tree.path, zero], exclude: [tree.path] };
    expect(await refresh({ folders: deeper })).toMatchObject({ files: 10 });
    // A file system of its own below another one, on every Linux.
    await using shared = await folderInMemory();
    await writeFile(join(shared.path, 'file'), sampleBytes(5000, 1));
    const folders = { include: ['/dev'], exclude: [] };
    expect(await refresh({ folders })).toMatchObject({ files: 0 });
    const crossing = await refresh({ folders, crossesMounts: true });
    expect(crossing.files).toBeGreaterThan(0);
  });
});

async function folderInMemory(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp('/dev/shm/carrel-imaging-');
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

describe('files that change between refresh and use', () => {
  it.each(['vanished', 'another content', 'shorter', 'longer', 'a link', 'a fifo', 'a folder'])(
    'are a miss when they are %s',
    async (change) => {
      await using folder = await temporaryFolder();
      const { tree, refresh, use } = await prepared(folder.path);
      await refresh();
      const file = fileOf(tree, 5);
      const blocks = Math.ceil(1_100_000 / 4096);
      const outcome = await use(async () => {
        if (change === 'longer') await appendFile(file, 'more');
        else if (change === 'shorter') await truncate(file, 4096);
        else if (change === 'another content') await writeFile(file, sampleBytes(1_100_000, 99));
        else await rename(file, join(folder.path, 'aside'));
        if (change === 'a link') await symlink(join(folder.path, 'aside'), file);
        if (change === 'a fifo') execFileSync('mkfifo', [file]);
        if (change === 'a folder') await mkdir(file);
      });
      expect(outcome.promised).toBe(tree.blocks);
      const lost = { longer: 1, shorter: blocks - 1 }[change] ?? blocks;
      expect(outcome.good).toBe(tree.blocks - lost);
    },
  );
});

describe('files that change while they are read', () => {
  it('are left for the next refresh', async () => {
    await using folder = await temporaryFolder();
    const { tree, refresh } = await prepared(folder.path, [3_000_000]);
    const file = await open(fileOf(tree, 0), constants.O_WRONLY | constants.O_APPEND);
    await using _close = file;
    const growing = setInterval(() => void file.appendFile('more'), 5);
    // Slow enough for the file to grow between its pieces.
    const receipt = await refresh({ rateBytesPerSecond: 3_000_000 }).finally(() => clearInterval(growing));
    expect(receipt).toMatchObject({ files: 0, skipped: { changing: 1 } });
    expect(await refresh()).toMatchObject({ files: 1, filesHashed: 1 });
  });
});
