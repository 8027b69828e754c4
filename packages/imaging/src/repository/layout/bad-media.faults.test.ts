import { readdir, readFile, rm, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fetchImage } from '../../fetch/fetch-image.ts';
import { outcomeOf } from '../../testing/outcome.ts';
import { layoutIn, packBytes, sampleDisk, testKeys } from '../../testing/packed-image.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { verifyImage } from '../../verify/verify-image.ts';

const disk = sampleDisk(8);

/** The blobs of a layout, largest first. */
async function blobsOf(layout: string): Promise<string[]> {
  const folder = join(layout, 'blobs', 'sha256');
  const paths = (await readdir(folder)).map((name) => join(folder, name));
  const sized = await Promise.all(paths.map(async (path) => ({ path, size: (await stat(path)).size })));
  return sized.toSorted((a, b) => b.size - a.size).map(({ path }) => path);
}

/** Makes a file one that the system refuses to read. */
async function spoil(path: string): Promise<void> {
  await rm(path);
  await symlink(path, path);
}

it('a file that the system does not give is an error that names the layout', async () => {
  await using folder = await temporaryFolder();
  const repository = layoutIn(folder.path);
  await packBytes(repository, '1', disk);
  const location = { repository, tagOrDigest: '1', keys: testKeys };
  const [pack = '', ...others] = await blobsOf(repository.location);
  for (const path of [pack, ...others, join(repository.location, 'index.json')]) {
    await spoil(path);
    const outputPath = join(folder.path, 'out.img');
    const codes = ['REPOSITORY_UNREACHABLE'] as const;
    expect(await outcomeOf(() => fetchImage({ ...location, outputPath }), codes)).toBeUndefined();
    expect(await outcomeOf(() => verifyImage({ ...location, threads: 1 }), codes)).toBeUndefined();
  }
});

it('a pack that one layout cannot read is taken from another', async () => {
  await using folder = await temporaryFolder();
  await using elsewhere = await temporaryFolder();
  const [origin, mirror] = [layoutIn(folder.path), layoutIn(elsewhere.path)];
  for (const repository of [origin, mirror]) await packBytes(repository, '1', disk);
  const outputPath = join(folder.path, 'out.img');
  const request = { repository: origin, tagOrDigest: '1', keys: testKeys, outputPath, force: true };
  for (const [bad, kind] of [
    [mirror, 'mirror'],
    [origin, 'staged'],
  ] as const) {
    const [pack = ''] = await blobsOf(bad.location);
    const original = await readFile(pack);
    await spoil(pack);
    await fetchImage({ ...request, sources: [{ kind, repository: mirror }] });
    expect((await readFile(outputPath)).equals(disk)).toBe(true);
    await rm(pack);
    await packBytes(bad, '1', disk);
    expect((await readFile(pack)).equals(original)).toBe(true);
  }
});
