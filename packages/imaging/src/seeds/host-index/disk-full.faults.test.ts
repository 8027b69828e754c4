import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@carrel/kit';
import { describe, expect, it } from 'vitest';
import { layoutIn, packBytes, testKey } from '../../testing/packed-image.ts';
import { canMount, mountSmall, pageBytes } from '../../testing/small-file-system.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { writeTree } from '../testing/file-tree.ts';
import { useSeeds } from '../testing/use-seeds.ts';
import { HostIndex } from './host-index.ts';
import { openHostSeed } from './host-seed.ts';

describe.runIf(canMount)('a refresh while the disk is full', () => {
  it('says so at whatever write that is, leaves what it has usable, and goes on when there is room', async () => {
    await using folder = await temporaryFolder();
    await using small = await mountSmall();
    const tree = await writeTree(join(folder.path, 'files'), [...Array<number>(30).fill(400_000), 9000]);
    await packBytes(layoutIn(folder.path), '1', tree.disk);
    const indexFolder = join(small.path, 'index');
    const refresh = () =>
      new HostIndex(indexFolder).refresh({ key: testKey, folders: { include: [tree.path], exclude: [] } });
    const use = async () => {
      await using seed = openHostSeed(indexFolder);
      return await useSeeds(layoutIn(folder.path), [seed]);
    };
    const codes = new Set<unknown>();
    for (let pages = 0; pages < 40; pages += 4) {
      await rm(indexFolder, { recursive: true, force: true });
      small.leave(pages * pageBytes);
      await refresh().then(
        () => codes.add('none'),
        (error: unknown) => codes.add(error instanceof AppError ? error.code : error),
      );
      const meanwhile = await use();
      expect(meanwhile.good).toBe(meanwhile.promised);
    }
    // A folder that cannot be made for want of room is reported alike.
    expect([...codes]).toEqual(['DISK_FULL']);
    small.leave(1024 * 1024);
    expect(await refresh()).toMatchObject({ files: tree.files.length });
    expect((await use()).good).toBe(tree.blocks);
  });
});

describe('a refresh that may not write its index', () => {
  it('says so', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'file');
    await writeFile(file, 'in the way');
    const folders = { include: [folder.path], exclude: [] };
    const blocked = new HostIndex(join(file, 'index')).refresh({ key: testKey, folders });
    await expect(blocked).rejects.toMatchObject({ code: 'SEED_INDEX_UNWRITABLE' });
    await mkdir(join(folder.path, 'index'));
    await mkdir(join(folder.path, 'index', 'lock'));
    const noLock = new HostIndex(join(folder.path, 'index')).refresh({ key: testKey, folders });
    await expect(noLock).rejects.toMatchObject({ code: 'SEED_INDEX_UNWRITABLE' });
  });
});
