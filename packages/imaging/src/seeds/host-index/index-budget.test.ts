import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { testKey } from '../../testing/packed-image.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { writeTree } from '../testing/file-tree.ts';
import { HostIndex } from './host-index.ts';
import type { RefreshReceipt } from './index-options.ts';

const maxIndexBytes = 220 * 1024;
const small = Array.from({ length: 1200 }, (_, at) => 300 + at);
const large = Array.from({ length: 30 }, (_, at) => 900_000 + at);

async function prepared(folder: string) {
  const likely = await writeTree(join(folder, 'likely'), [...small.slice(0, 100), ...large]);
  const unlikely = await writeTree(join(folder, 'unlikely'), small, 2);
  const index = new HostIndex(join(folder, 'index'));
  const refresh = (maxBytes = maxIndexBytes): Promise<RefreshReceipt> =>
    index.refresh({
      key: testKey,
      folders: { include: [likely.path, unlikely.path], exclude: [] },
      limits: { maxIndexBytes: maxBytes },
    });
  return { likely, unlikely, refresh };
}

describe('the size of an index', () => {
  it('is kept, at the cost of the smallest files of the folders named last', async () => {
    await using folder = await temporaryFolder();
    const { likely, unlikely, refresh } = await prepared(folder.path);
    const receipt = await refresh();
    expect(receipt.indexBytes).toBeLessThanOrEqual(maxIndexBytes);
    // Not by dropping nearly everything.
    expect(receipt.indexBytes).toBeGreaterThan(maxIndexBytes / 2);
    expect(receipt.skipped.noRoom).toBe(likely.files.length + unlikely.files.length - receipt.files);
    expect(receipt.files).toBeGreaterThan(likely.files.length);
    // All of the likely folder is there.
    const bytesOfLikely = [...small.slice(0, 100), ...large].reduce((sum, size) => sum + size, 0);
    const kept = small.slice(-(receipt.files - likely.files.length)).reduce((sum, size) => sum + size, 0);
    expect(receipt.fileBytes).toBe(bytesOfLikely + kept);
  });

  it('does not make the next refresh hash again what has no room', async () => {
    await using folder = await temporaryFolder();
    const { refresh } = await prepared(folder.path);
    const first = await refresh();
    const second = await refresh();
    expect(second).toMatchObject({ filesHashed: 0, filesUnchanged: first.files, files: first.files });
    expect(second.skipped.noRoom).toBe(first.skipped.noRoom);
  });

  it('can be raised, and makes room for others when files go', async () => {
    await using folder = await temporaryFolder();
    const { likely, unlikely, refresh } = await prepared(folder.path);
    await refresh();
    const all = likely.files.length + unlikely.files.length;
    expect(await refresh(10 * maxIndexBytes)).toMatchObject({ files: all, skipped: { noRoom: 0 } });
    const lowered = await refresh();
    expect(lowered.files).toBeLessThan(all);
    expect(lowered.indexBytes).toBeLessThanOrEqual(maxIndexBytes);
    await rm(likely.path, { recursive: true });
    await refresh();
    expect(await refresh()).toMatchObject({ files: unlikely.files.length, skipped: { noRoom: 0 } });
  });

  it('drops the small files of the only folder', async () => {
    await using folder = await temporaryFolder();
    const tree = await writeTree(join(folder.path, 'files'), [...small, ...large]);
    const receipt = await new HostIndex(join(folder.path, 'index')).refresh({
      key: testKey,
      folders: { include: [tree.path], exclude: [] },
      limits: { maxIndexBytes: 180 * 1024 },
    });
    expect(receipt.indexBytes).toBeLessThanOrEqual(180 * 1024);
    expect(receipt.fileBytes).toBeGreaterThan(large.reduce((sum, size) => sum + size, 0));
  });
});
