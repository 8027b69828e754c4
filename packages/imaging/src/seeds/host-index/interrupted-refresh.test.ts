import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { layoutIn, packBytes, testKey } from '../../testing/packed-image.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { type FileTree, writeTree } from '../testing/file-tree.ts';
import { useSeeds } from '../testing/use-seeds.ts';
import { HostIndex } from './host-index.ts';
import { openHostSeed } from './host-seed.ts';
import type { RefreshOptions } from './index-options.ts';

const slowly = join(import.meta.dirname, '../testing/refresh-slowly.ts');
const sizes = Array.from({ length: 40 }, (_, at) => 30_000 + at * 1000);

function refreshing(indexFolder: string, tree: FileTree, options: Partial<RefreshOptions> = {}) {
  const folders = { include: [tree.path], exclude: [] };
  return new HostIndex(indexFolder).refresh({ key: testKey, folders, ...options });
}

async function blocksFound(folder: string, indexFolder: string) {
  await using seed = openHostSeed(indexFolder);
  return await useSeeds(layoutIn(folder), [seed]);
}

async function prepared(folder: string) {
  const tree = await writeTree(join(folder, 'files'), sizes);
  await packBytes(layoutIn(folder), '1', tree.disk);
  return { tree, indexFolder: join(folder, 'index') };
}

describe('a refresh that is interrupted', () => {
  it('leaves an index that can be used and gone on with, when its process is killed', async () => {
    await using folder = await temporaryFolder();
    const { tree, indexFolder } = await prepared(folder.path);
    const child = spawn(process.execPath, [slowly, indexFolder, tree.path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const [status] = await new HostIndex(indexFolder).status();
    expect(status?.refreshedAt).toBeNull();
    expect(status?.files).toBeGreaterThan(0);
    const partly = await blocksFound(folder.path, indexFolder);
    expect(partly.good).toBe(partly.promised);
    expect(partly.good).toBeGreaterThan(0);
    const receipt = await refreshing(indexFolder, tree);
    expect(receipt.files).toBe(sizes.length);
    expect(receipt.filesUnchanged).toBeGreaterThanOrEqual(status?.files ?? 0);
    expect((await blocksFound(folder.path, indexFolder)).good).toBe(tree.blocks);
  });

  it('ends at once when aborted, though it is to be slow, and keeps what it did', async () => {
    await using folder = await temporaryFolder();
    const { tree, indexFolder } = await prepared(folder.path);
    const abort = new AbortController();
    const aborted = refreshing(indexFolder, tree, {
      // Months for the whole of it.
      rateBytesPerSecond: 1,
      signal: abort.signal,
      onProgress: () => abort.abort(),
    });
    await expect(aborted).rejects.toMatchObject({ name: 'AbortError' });
    await expect(refreshing(indexFolder, tree, { signal: abort.signal })).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(await refreshing(indexFolder, tree)).toMatchObject({ files: sizes.length });
  });

  it('is not disturbed by another', async () => {
    await using folder = await temporaryFolder();
    const { tree, indexFolder } = await prepared(folder.path);
    const abort = new AbortController();
    let second: Promise<unknown> | undefined;
    const first = refreshing(indexFolder, tree, {
      rateBytesPerSecond: 1,
      signal: abort.signal,
      onProgress: () => {
        second ??= refreshing(indexFolder, tree).then(
          () => 'done',
          (error: unknown) => error,
        );
        void second.finally(() => abort.abort());
      },
    });
    await expect(first).rejects.toMatchObject({ name: 'AbortError' });
    expect(await second).toMatchObject({ code: 'SEED_INDEX_BUSY', retryable: true });
    expect(await refreshing(indexFolder, tree)).toMatchObject({ files: sizes.length });
  });

  it('can be looked up meanwhile', async () => {
    await using folder = await temporaryFolder();
    const { tree, indexFolder } = await prepared(folder.path);
    const changed = await writeTree(join(tree.path, 'more'), sizes, 2);
    await refreshing(indexFolder, tree, { folders: { include: [tree.path], exclude: [changed.path] } });
    const abort = new AbortController();
    let meanwhile: ReturnType<typeof blocksFound> | undefined;
    const second = refreshing(indexFolder, tree, {
      rateBytesPerSecond: 1,
      signal: abort.signal,
      onProgress: () => {
        meanwhile ??= blocksFound(folder.path, indexFolder);
        void meanwhile.finally(() => abort.abort());
      },
    });
    await expect(second).rejects.toMatchObject({ name: 'AbortError' });
    expect(await meanwhile).toMatchObject({ good: tree.blocks });
  });

  it('lets the rest of the process run at its own priority', async () => {
    await using folder = await temporaryFolder();
    const { tree, indexFolder } = await prepared(folder.path);
    const abort = new AbortController();
    let niceness: number[] = [];
    const first = refreshing(indexFolder, tree, {
      rateBytesPerSecond: 1,
      signal: abort.signal,
      onProgress: () => {
        void nicenessOfThreads().then((found) => {
          niceness = found;
          abort.abort();
        });
      },
    });
    await expect(first).rejects.toMatchObject({ name: 'AbortError' });
    expect(niceness.filter((nice) => nice === 19)).toHaveLength(1);
    expect(niceness.filter((nice) => nice !== 19).length).toBeGreaterThan(1);
  });
});

/** As Linux tells it (proc(5), the 19th field of stat). */
async function nicenessOfThreads(): Promise<number[]> {
  const threads = await readdir('/proc/self/task');
  const stats = await Promise.all(threads.map((id) => readFile(`/proc/self/task/${id}/stat`, 'utf8')));
  return stats.map((stat) => Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]));
}

describe('an index that is damaged', () => {
  const damages: Record<string, (path: string) => Promise<void>> = {
    'no database': (path) => writeFile(path, 'not a database at all, but a text of some length'),
    empty: (path) => writeFile(path, ''),
    'of another layout': (path) => {
      new DatabaseSync(path).exec('PRAGMA user_version = 999');
      return Promise.resolve();
    },
    'without its tables': (path) => {
      new DatabaseSync(path).exec('DROP TABLE files');
      return Promise.resolve();
    },
    'with a name no file can have': (path) => {
      new DatabaseSync(path).exec("UPDATE files SET name = x'00' WHERE id = (SELECT min(id) FROM files)");
      return Promise.resolve();
    },
    'with ids of another length': (path) => {
      new DatabaseSync(path).exec("UPDATE files SET ids = CAST(ids || x'0102030405' AS BLOB), inode = 0");
      return Promise.resolve();
    },
    'overwritten in its middle': async (path) => {
      const file = await open(path, 'r+');
      await using _close = file;
      const { size } = await file.stat();
      await file.write(Buffer.alloc(size - 4096 * 2, 0xa5), 0, undefined, 4096);
    },
    'cut off': async (path) => {
      const file = await open(path, 'r+');
      await using _close = file;
      await file.truncate(4096 + 100);
    },
  };

  it.each(Object.keys(damages))('is a miss, and made anew: %s', async (name) => {
    await using folder = await temporaryFolder();
    const { tree, indexFolder } = await prepared(folder.path);
    await refreshing(indexFolder, tree);
    await damages[name]?.(join(indexFolder, `${testKey.keyId}.sqlite`));
    const meanwhile = await blocksFound(folder.path, indexFolder);
    expect(meanwhile.good).toBeLessThanOrEqual(tree.blocks);
    expect(await new HostIndex(indexFolder).status()).toHaveLength(1);
    expect(await refreshing(indexFolder, tree)).toMatchObject({ files: sizes.length });
    expect((await blocksFound(folder.path, indexFolder)).good).toBe(tree.blocks);
  });
});
