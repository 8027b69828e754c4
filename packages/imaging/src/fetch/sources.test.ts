import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '@carrel/contract/errors';
import { isAppError } from '@carrel/kit';
import { describe, expect, it } from 'vitest';
import type { StoredFrame } from '../image/image-reader.ts';
import { openImage } from '../image/open-image.ts';
import { LayoutRepository } from '../repository/layout/layout-repository.ts';
import type { RepositoryReader } from '../repository/repository.ts';
import type { FrameSource } from '../sources/index.ts';
import { sampleBytes } from '../testing/memory-disk.ts';
import { layoutIn, packBytes, testKeys } from '../testing/packed-image.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { fetchImage, forecastImage } from './fetch-image.ts';

const keys = testKeys;
const mebibyte = 1024 * 1024;

async function packed(folder: string, disk = sampleBytes(24 * mebibyte, 5)) {
  const repository = layoutIn(folder);
  await packBytes(repository, '1', disk);
  return { disk, repository, request: { repository, tagOrDigest: '1', keys } };
}

/** A layout with copies of the blobs that are kept, changed as told. */
async function copyOf(
  layout: string,
  folder: string,
  change: (bytes: Buffer, isPack: boolean) => Buffer | undefined,
): Promise<LayoutRepository> {
  const to = join(folder, 'blobs', 'sha256');
  await mkdir(to, { recursive: true });
  await copyFile(join(layout, 'oci-layout'), join(folder, 'oci-layout'));
  await copyFile(join(layout, 'index.json'), join(folder, 'index.json'));
  for (const name of await readdir(join(layout, 'blobs', 'sha256'))) {
    const bytes = await readFile(join(layout, 'blobs', 'sha256', name));
    const changed = change(bytes, bytes.length > 500_000);
    if (changed) await writeFile(join(to, name), changed);
  }
  return new LayoutRepository({ path: folder, name: 'disk' });
}

/** Ends every download of packs after so many bytes, as a line that breaks. */
function breaking(inner: RepositoryReader, afterBytes: number): RepositoryReader {
  return {
    location: `breaking ${inner.location}`,
    resolve: (tagOrDigest, options) => inner.resolve(tagOrDigest, options),
    blobSize: (digest, options) => inner.blobSize(digest, options),
    listTags: (options) => inner.listTags(options),
    listManifests: (options) => inner.listManifests(options),
    async *readBlob(digest, range, options) {
      let left = afterBytes;
      options?.meter?.addRequest();
      for await (const chunk of inner.readBlob(digest, range)) {
        const part = chunk.slice(0, left);
        left -= part.length;
        options?.meter?.addBytes(part.length);
        const isCut = part.length < chunk.length;
        yield part;
        if (!isCut) continue;
        throw fail('REPOSITORY_UNREACHABLE', { repository: this.location, reason: 'it broke' });
      }
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

const bytesOf = (
  sources: readonly { readonly kind: string; readonly bytes: number }[],
  kind: string,
): number => sources.filter((source) => source.kind === kind).reduce((sum, { bytes }) => sum + bytes, 0);

describe('fetching from several sources', () => {
  it('goes on elsewhere in mid-download and keeps what had come', async () => {
    await using folder = await temporaryFolder();
    const { disk, repository, request } = await packed(folder.path);
    const outputPath = join(folder.path, 'out.img');
    const mirror: FrameSource = { kind: 'mirror', repository: breaking(repository, 5 * mebibyte) };
    const receipt = await fetchImage({ ...request, outputPath, sources: [mirror], connections: 1 });
    expect((await readFile(outputPath)).equals(disk)).toBe(true);
    const alone = await fetchImage({ ...request, outputPath: `${outputPath}2` });
    const fromMirror = bytesOf(receipt.sources, 'mirror');
    expect(fromMirror).toBeGreaterThanOrEqual(5 * mebibyte);
    expect(bytesOf(receipt.sources, 'origin')).toBeGreaterThan(mebibyte);
    // What came twice is no more than the frame that was cut off in each download.
    const twice = receipt.bytesDownloaded - alone.bytesDownloaded;
    expect(twice).toBeGreaterThan(0);
    expect(twice).toBeLessThan(receipt.requests * 66_000);
    expect(receipt.bytesDownloaded).toBe(fromMirror + bytesOf(receipt.sources, 'origin'));
  });

  it('blames bad data on who gave it, takes it from elsewhere, and asks that source no more', async () => {
    await using folder = await temporaryFolder();
    const { disk, repository, request } = await packed(folder.path);
    const path = join(folder.path, 'bad');
    await mkdir(path);
    const bad = await copyOf(repository.location, path, (bytes, isPack) => {
      if (isPack) bytes[200_000] = (bytes[200_000] ?? 0) ^ 1;
      return bytes;
    });
    const outputPath = join(folder.path, 'out.img');
    const sources: FrameSource[] = [{ kind: 'mirror', repository: bad }];
    const receipt = await fetchImage({ ...request, outputPath, sources, connections: 1 });
    expect((await readFile(outputPath)).equals(disk)).toBe(true);
    expect(receipt.sources.find(({ kind }) => kind === 'mirror')).toMatchObject({ name: path });
    expect(bytesOf(receipt.sources, 'origin')).toBeGreaterThan(bytesOf(receipt.sources, 'mirror'));
    const told: unknown[] = [];
    await using image = await openImage({
      ...request,
      sources,
      onBadData: (error) => told.push(error.details),
    });
    expect(Buffer.from(await image.read(0, disk.length)).equals(disk)).toBe(true);
    expect(told).toContainEqual(expect.objectContaining({ source: path }));
  });

  it('ends with the damage when every source is damaged at the same place', async () => {
    await using folder = await temporaryFolder();
    const { disk, repository, request } = await packed(folder.path);
    const path = join(folder.path, 'bad');
    await mkdir(path);
    const change = (bytes: Buffer, isPack: boolean): Buffer => {
      if (isPack) bytes[bytes.length - 40] = (bytes[bytes.length - 40] ?? 0) ^ 1;
      return bytes;
    };
    const bad = await copyOf(repository.location, path, change);
    const outputPath = join(folder.path, 'out.img');
    const all = { ...request, repository: bad, sources: [{ kind: 'mirror', repository: bad } as const] };
    await expect(fetchImage({ ...all, outputPath })).rejects.toMatchObject({ code: 'IMAGE_DATA_DAMAGED' });
    await using image = await openImage(all);
    await expect(image.read(0, disk.length)).rejects.toMatchObject({ code: 'IMAGE_DATA_DAMAGED' });
    expect(Buffer.from(await image.read(0, 4 * mebibyte)).equals(disk.subarray(0, 4 * mebibyte))).toBe(true);
  });

  it('takes from a staged folder the packs it has, unlimited, and the rest from the origin', async () => {
    await using folder = await temporaryFolder();
    const { disk, repository, request } = await packed(folder.path, sampleBytes(40 * mebibyte, 8));
    const path = join(folder.path, 'staged');
    await mkdir(path);
    let kept = 0;
    await copyOf(repository.location, path, (bytes, isPack) => {
      const isKept = isPack && bytes.length > 10 * mebibyte && kept === 0;
      if (isKept) kept = bytes.length;
      return isKept ? bytes : undefined;
    });
    const plan = await forecastImage({ ...request, seeds: [path] });
    let limited = 0;
    const limiter = {
      take: (count: number) => {
        limited += count;
        return Promise.resolve();
      },
    };
    const outputPath = join(folder.path, 'out.img');
    const receipt = await fetchImage({ ...request, outputPath, seeds: [path], limiter });
    expect((await readFile(outputPath)).equals(disk)).toBe(true);
    expect(bytesOf(receipt.sources, 'staged')).toBe(kept);
    expect(bytesOf(plan.sources, 'staged')).toBe(kept);
    expect(bytesOf(plan.sources, 'origin')).toBe(plan.downloadBytes);
    expect(plan.foundBytes).toBe(receipt.bytesFromSeeds);
    expect(limited).toBeLessThanOrEqual(receipt.bytesDownloaded);
    expect(receipt.bytesDownloaded).toBeGreaterThan(plan.downloadBytes);
    expect(receipt.bytesDownloaded - plan.downloadBytes).toBeLessThan(400_000);
  });

  it('tells of every frame as it was stored, once it was verified', async () => {
    await using folder = await temporaryFolder();
    const { disk, repository, request } = await packed(folder.path, sampleBytes(3 * mebibyte, 2));
    const frames: (Omit<StoredFrame, 'stored'> & { readonly stored: Buffer })[] = [];
    const onFrame = (frame: StoredFrame): void => {
      frames.push({ ...frame, stored: Buffer.from(frame.stored) });
    };
    await fetchImage({ ...request, outputPath: join(folder.path, 'out.img'), onFrame });
    const fetched = frames.splice(0);
    await using image = await openImage({ ...request, onFrame });
    await image.read(0, disk.length);
    const place = ({ offsetBytes }: { readonly offsetBytes: number }): number => offsetBytes;
    for (const told of [fetched, frames]) {
      const [first] = told;
      const pack = await readFile(
        join(repository.location, 'blobs', 'sha256', first?.packDigest.slice('sha256:'.length) ?? ''),
      );
      const sorted = told.toSorted((a, b) => place(a) - place(b));
      expect(Buffer.concat(sorted.map(({ stored }) => stored)).equals(pack)).toBe(true);
      expect(first?.packBytes).toBe(pack.length);
    }
  });
});

describe('reading from several sources', () => {
  it('tells of a failure that may pass, and reads again when the line is back', async () => {
    await using folder = await temporaryFolder();
    const { disk, repository, request } = await packed(folder.path);
    let isDown = false;
    const line: RepositoryReader = Object.assign(breaking(repository, Number.POSITIVE_INFINITY), {
      readBlob: (digest: string, range?: { offsetBytes: number; lengthBytes: number }) => {
        if (isDown) throw fail('REPOSITORY_UNREACHABLE', { repository: 'x', reason: 'the line is cut' });
        return repository.readBlob(digest, range);
      },
    });
    const mirror = { kind: 'mirror', repository: line } as const;
    await using image = await openImage({
      ...request,
      repository: line,
      sources: [mirror],
      cacheBytes: mebibyte,
    });
    const read = async (at: number): Promise<boolean> =>
      Buffer.from(await image.read(at, 300_000)).equals(disk.subarray(at, at + 300_000));
    expect(await read(0)).toBe(true);
    isDown = true;
    const failure: unknown = await read(8 * mebibyte).catch((error: unknown) => error);
    expect(isAppError(failure, 'REPOSITORY_UNREACHABLE') && failure.retryable).toBe(true);
    isDown = false;
    expect(await read(8 * mebibyte)).toBe(true);
  });
});
