import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { layoutIn, packBytes, sampleDisk, testKey } from '../testing/packed-image.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { HostIndex } from './host-index/index.ts';
import { openSeeds } from './open-seeds.ts';

describe('openSeeds', () => {
  it('tells apart paths, staged layouts and the files of this computer', async () => {
    await using folder = await temporaryFolder();
    await packBytes(layoutIn(folder.path), '1', sampleDisk());
    const files = join(folder.path, 'host');
    await mkdir(files);
    await writeFile(join(files, 'a'), 'a'.repeat(5000));
    const indexFolder = join(folder.path, 'index');
    const folders = { include: [files], exclude: [] };
    await new HostIndex(indexFolder).refresh({ key: testKey, folders });
    const layout = join(folder.path, 'layout');
    await using named = await openSeeds([files, 'host', `oci:${layout}:disk:1`, './host'], indexFolder);
    expect(named.seeds.map((seed) => (typeof seed === 'string' ? seed : seed.name))).toEqual([
      files,
      'files of this computer',
      './host',
    ]);
    expect(named.sources).toMatchObject([
      { kind: 'staged', repository: { location: expect.anything() as string } },
    ]);
    const tagged = await named.sources[0]?.repository.resolve('1');
    expect(tagged).toBeDefined();
  });

  it('says what is not there', async () => {
    await using folder = await temporaryFolder();
    const open = (text: string) => openSeeds([text], join(folder.path, 'index'));
    await expect(open('host')).rejects.toMatchObject({ code: 'SEED_INDEX_MISSING' });
    await expect(open(`oci:${folder.path}`)).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' });
    await expect(open('https://registry.example/image:1')).rejects.toMatchObject({
      code: 'REFERENCE_INVALID',
    });
    await expect(open('oci:https://web.example/images')).rejects.toMatchObject({ code: 'REFERENCE_INVALID' });
  });
});
