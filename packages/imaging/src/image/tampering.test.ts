import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AppError, isAppError } from '@carrel/kit';
import { describe, expect, it } from 'vitest';
import { fetchImage } from '../fetch/fetch-image.ts';
import { layoutIn, packBytes, sampleDisk, testKeys } from '../testing/packed-image.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { verifyImage } from '../verify/verify-image.ts';
import { openImage } from './open-image.ts';

const keys = testKeys;

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'no error';
  } catch (error) {
    return isAppError(error) ? error.code : String(error);
  }
}

describe('a changed byte', () => {
  it('is found in every object, by every reader, before anything of it is used', async () => {
    await using folder = await temporaryFolder();
    const repository = layoutIn(folder.path);
    const disk = sampleDisk();
    const { digest } = await packBytes(repository, '1', disk);
    const blobs = join(folder.path, 'layout', 'blobs', 'sha256');
    for (const name of await readdir(blobs)) {
      const original = await readFile(join(blobs, name));
      const places = [
        0,
        7,
        Math.floor(original.length / 3),
        Math.floor(original.length / 2),
        original.length - 1,
      ];
      for (const [at, place] of places.entries()) {
        const changed = Buffer.from(original);
        changed[place] = (changed[place] ?? 0) ^ (1 << at);
        await writeFile(join(blobs, name), changed);
        const location = { repository, tagOrDigest: digest, keys };
        expect(await codeOf(verifyImage({ ...location, threads: 1 }))).toBe('IMAGE_DATA_DAMAGED');
        await expectRightOrDamaged(location, disk);
      }
      await writeFile(join(blobs, name), original);
    }
    expect(await codeOf(verifyImage({ repository, tagOrDigest: digest, keys }))).toBe('no error');
  });

  async function expectRightOrDamaged(
    location: Parameters<typeof openImage>[0],
    disk: Uint8Array,
  ): Promise<void> {
    const bad: AppError[] = [];
    const code = await codeOf(
      (async () => {
        await using image = await openImage({ ...location, onBadData: (error) => bad.push(error) });
        for (let offset = 0; offset < disk.length; offset += 65_536) {
          const length = Math.min(65_536, disk.length - offset);
          const read = await image.read(offset, length).catch((error: unknown) => {
            if (isAppError(error, 'IMAGE_DATA_DAMAGED')) return undefined;
            throw error;
          });
          if (read) expect(Buffer.from(read).equals(disk.subarray(offset, offset + length))).toBe(true);
        }
      })(),
    );
    expect(['no error', 'IMAGE_DATA_DAMAGED']).toContain(code);
  }

  it('is told of, while other parts of the disk stay readable', async () => {
    await using folder = await temporaryFolder();
    const repository = layoutIn(folder.path);
    const disk = sampleDisk();
    await packBytes(repository, '1', disk);
    await changePacks(folder.path, (bytes) => (bytes[40_000] = (bytes[40_000] ?? 0) ^ 1));
    const bad: AppError[] = [];
    const onBadData = (error: AppError): unknown => bad.push(error);
    await using image = await openImage({ repository, tagOrDigest: '1', keys, onBadData });
    await expect(image.read(0, disk.length)).rejects.toMatchObject({ code: 'IMAGE_DATA_DAMAGED' });
    expect(bad[0]?.details).toMatchObject({ source: repository.location });
    expect(Buffer.from(await image.read(2_400_256, 65_536)).equals(disk.subarray(2_400_256, 2_465_792))).toBe(
      true,
    );
    const outputPath = join(folder.path, 'out.img');
    expect(await codeOf(fetchImage({ repository, tagOrDigest: '1', keys, outputPath }))).toBe(
      'IMAGE_DATA_DAMAGED',
    );
    expect(await readdir(folder.path)).not.toContain('out.img');
  });

  it('is found in packs that are truncated or swapped', async () => {
    await using folder = await temporaryFolder();
    const repository = layoutIn(folder.path);
    await packBytes(repository, '1', sampleDisk());
    const outputPath = join(folder.path, 'out.img');
    const request = { repository, tagOrDigest: '1', keys, outputPath };
    const original = await changePacks(folder.path, (bytes) => bytes.subarray(0, bytes.length - 1000));
    expect(await codeOf(fetchImage(request))).toBe('IMAGE_DATA_DAMAGED');
    await changePacks(folder.path, () => Buffer.from(original).reverse());
    expect(await codeOf(fetchImage(request))).toBe('IMAGE_DATA_DAMAGED');
    await changePacks(folder.path, () => original);
    expect(await codeOf(fetchImage(request))).toBe('no error');
  });
});

/** Changes the one large blob, in place or by what is returned; gives what it was. */
async function changePacks(folder: string, change: (bytes: Buffer) => unknown): Promise<Buffer> {
  const blobs = join(folder, 'layout', 'blobs', 'sha256');
  for (const name of await readdir(blobs)) {
    const bytes = await readFile(join(blobs, name));
    if (bytes.length < 100_000) continue;
    const original = Buffer.from(bytes);
    const changed = change(bytes);
    await writeFile(join(blobs, name), Buffer.isBuffer(changed) ? changed : bytes);
    return original;
  }
  throw new Error('There is no pack.');
}
