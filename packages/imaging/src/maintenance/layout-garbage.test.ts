import { readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '@carrel/kit';
import { describe, expect, it } from 'vitest';
import { openImage } from '../image/open-image.ts';
import { sampleBytes } from '../testing/memory-disk.ts';
import { layoutIn, packBytes, testKeys } from '../testing/packed-image.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { checkImage } from '../verify/verify-image.ts';
import { collectLayoutGarbage, planLayoutGarbage } from './layout-garbage.ts';

const first = sampleBytes(1_000_000, 1);
const second = sampleBytes(900_000, 2);
const third = new Uint8Array([...first.subarray(0, 500_000), ...sampleBytes(400_000, 3)]);

async function threeVersions(path: string) {
  const repository = layoutIn(path);
  for (const [tag, disk] of [
    ['1', first],
    ['2', second],
    ['3', third],
  ] as const) {
    await packBytes(repository, tag, disk);
  }
  return { repository, options: { folder: repository.location, graceMs: 0 } };
}

const blobsOf = (path: string): Promise<string[]> => readdir(join(path, 'layout', 'blobs', 'sha256'));

describe('the garbage of a layout', () => {
  it('is nothing as long as every version is kept', async () => {
    await using folder = await temporaryFolder();
    const { options } = await threeVersions(folder.path);
    expect(await planLayoutGarbage(options)).toEqual({
      versions: [],
      blobs: [],
      sizeBytes: 0,
      tooNewBytes: 0,
    });
  });

  it('is what only versions beyond the newest need; the others stay whole', async () => {
    await using folder = await temporaryFolder();
    const { repository, options } = await threeVersions(folder.path);
    const before = await blobsOf(folder.path);
    const plan = await planLayoutGarbage({ ...options, keep: 1 });
    expect(plan.versions.map(({ name }) => name)).toEqual(['disk:1', 'disk:2']);
    expect(await blobsOf(folder.path)).toEqual(before);
    const receipt = await collectLayoutGarbage(plan, options);
    expect(receipt).toEqual({ versions: 2, blobs: plan.blobs.length, sizeBytes: plan.sizeBytes });
    // The third version shares the pack of the first.
    expect(plan.sizeBytes).toBeGreaterThan(400_000);
    expect((await blobsOf(folder.path)).length).toBe(before.length - plan.blobs.length);
    expect(await repository.listTags()).toEqual(['3']);
    expect(await checkImage({ repository, tagOrDigest: '3', keys: testKeys })).toMatchObject({
      problemCount: 0,
    });
    await using image = await openImage({ repository, tagOrDigest: '3', keys: testKeys });
    expect(Buffer.from(await image.read(0, third.length)).equals(third)).toBe(true);
  });

  it('leaves alone what is new, since a version may be on its way', async () => {
    await using folder = await temporaryFolder();
    const { repository } = await threeVersions(folder.path);
    const digest = `sha256:${'ab'.repeat(32)}`;
    const path = join(folder.path, 'layout', 'blobs', 'sha256', 'ab'.repeat(32));
    await writeFile(path, sampleBytes(5000, 4));
    const options = { folder: repository.location };
    expect(await planLayoutGarbage(options)).toMatchObject({ blobs: [], tooNewBytes: 5000 });
    const twoDaysAgo = new Date(Date.now() - 2 * 86_400_000);
    await utimes(path, twoDaysAgo, twoDaysAgo);
    expect(await planLayoutGarbage(options)).toMatchObject({ blobs: [{ digest, sizeBytes: 5000 }] });
  });

  it('leaves alone what came into use after the plan was made', async () => {
    await using folder = await temporaryFolder();
    const { repository, options } = await threeVersions(folder.path);
    const plan = await planLayoutGarbage({ ...options, keep: 1 });
    // A version that needs the blobs of one that is to go.
    await packBytes(repository, '4', second);
    await collectLayoutGarbage(plan, options);
    expect(await repository.listTags()).toEqual(['3', '4']);
    for (const tag of ['3', '4']) {
      const receipt = await checkImage({ repository, tagOrDigest: tag, keys: testKeys });
      expect(receipt.problemCount).toBe(0);
    }
  });

  it('packed at the same time loses nothing: the version is whole, or packing says what is gone', async () => {
    await using folder = await temporaryFolder();
    const { repository, options } = await threeVersions(folder.path);
    const results = await Promise.allSettled([
      packBytes(repository, '5', second),
      planLayoutGarbage({ ...options, keep: 1 }).then((plan) => collectLayoutGarbage(plan, options)),
      packBytes(repository, '6', first),
    ]);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'IMAGE_DATA_MISSING' });
    }
    for (const [tag, disk] of [
      ['5', second],
      ['6', first],
    ] as const)
      await packBytes(repository, tag, disk);
    for (const tag of await repository.listTags()) {
      expect(await checkImage({ repository, tagOrDigest: tag, keys: testKeys })).toMatchObject({
        problemCount: 0,
      });
    }
  });

  it('is gone on with after an interruption at any blob; what is left is whole all the time', async () => {
    for (let stopAt = 1; ; stopAt += 1) {
      await using folder = await temporaryFolder();
      const { repository, options } = await threeVersions(folder.path);
      const plan = await planLayoutGarbage({ ...options, keep: 1 });
      const stop = new AbortController();
      let looks = 0;
      const clock = {
        ...systemClock,
        nowMs: () => {
          looks += 1;
          if (looks === stopAt) stop.abort();
          return Date.now();
        },
      };
      const collecting = collectLayoutGarbage(plan, { ...options, clock, signal: stop.signal });
      const isInterrupted = await collecting.then(
        () => false,
        () => true,
      );
      const receipt = await checkImage({ repository, tagOrDigest: '3', keys: testKeys });
      expect(receipt.problemCount).toBe(0);
      await collectLayoutGarbage(await planLayoutGarbage(options), options);
      const left = await blobsOf(folder.path);
      const gone = plan.blobs.map(({ digest }) => digest.slice('sha256:'.length));
      expect(left.filter((name) => gone.includes(name))).toEqual([]);
      if (!isInterrupted) break;
    }
  }, 120_000);

  it('is not collected while a manifest cannot be read', async () => {
    await using folder = await temporaryFolder();
    const { repository, options } = await threeVersions(folder.path);
    const { digest } = await repository.resolve('2');
    await rm(join(folder.path, 'layout', 'blobs', 'sha256', digest.slice(7)));
    await expect(planLayoutGarbage(options)).rejects.toMatchObject({ code: 'REPOSITORY_ANSWER_UNEXPECTED' });
  });
});
