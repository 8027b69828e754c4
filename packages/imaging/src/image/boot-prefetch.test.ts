import { fail } from '@carrel/contract/errors';
import { createManualClock } from '@carrel/kit';
import { describe, expect, it } from 'vitest';
import { type BootRun, setBootOrder } from '../boot-order/index.ts';
import type { BlobRange, RateLimiter, RepositoryReader, TransferUrgency } from '../repository/repository.ts';
import { sampleBytes } from '../testing/memory-disk.ts';
import { layoutIn, packBytes, testKeys } from '../testing/packed-image.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { openImage } from './open-image.ts';

const mebibyte = 1024 * 1024;
const keys = testKeys;

/** An image whose boot reads 1 MiB at 16 MiB, then 1 MiB at 4 MiB. */
async function bootable(
  folder: string,
  runs: readonly BootRun[] = [
    [4096, 256],
    [1024, 256],
  ],
) {
  const disk = sampleBytes(24 * mebibyte, 4);
  const repository = layoutIn(folder);
  await packBytes(repository, '1', disk);
  await setBootOrder({ repository, tagOrDigest: '1', tag: 'boot', keys, runs });
  return { disk, repository, request: { repository, tagOrDigest: 'boot', keys } };
}

/** Holds background transfers until they are let go; notes who took what. */
function gate(): RateLimiter & { readonly taken: TransferUrgency[]; open: () => void } {
  const opened = Promise.withResolvers<undefined>();
  const taken: TransferUrgency[] = [];
  return {
    taken,
    open: () => opened.resolve(undefined),
    take: async (_count, signal, urgency = 'background') => {
      signal?.throwIfAborted();
      const left = Promise.withResolvers<undefined>();
      signal?.addEventListener('abort', () => left.reject(signal.reason), { once: true });
      left.promise.catch(() => undefined);
      if (urgency === 'background') await Promise.race([opened.promise, left.promise]);
      taken.push(urgency);
    },
  };
}

/** A repository whose blobs come another way. */
function lineTo(repository: RepositoryReader, readBlob: RepositoryReader['readBlob']): RepositoryReader {
  return {
    location: 'line',
    resolve: (tagOrDigest, options) => repository.resolve(tagOrDigest, options),
    blobSize: (digest) => repository.blobSize(digest),
    listTags: () => repository.listTags(),
    listManifests: () => repository.listManifests(),
    readBlob,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

describe('loading a recorded boot ahead', () => {
  it('brings what it reads, so that reading it takes no request, and nothing else', async () => {
    await using folder = await temporaryFolder();
    const { disk, request } = await bootable(folder.path);
    await using image = await openImage(request);
    const before = image.counters();
    await image.prefetchBoot();
    const loaded = image.counters();
    expect(loaded.requests).toBeGreaterThan(before.requests);
    expect(loaded.bytesDownloaded - before.bytesDownloaded).toBeLessThan(2.5 * mebibyte);
    for (const at of [16, 4]) {
      const read = Buffer.from(await image.read(at * mebibyte, mebibyte));
      expect(read.equals(disk.subarray(at * mebibyte, (at + 1) * mebibyte))).toBe(true);
    }
    expect(image.counters().requests).toBe(loaded.requests);
    await image.read(20 * mebibyte, 4096);
    expect(image.counters().requests).toBe(loaded.requests + 1);
  });

  it('loads nothing else ahead, however the boot reads it', async () => {
    await using folder = await temporaryFolder();
    const { request } = await bootable(folder.path);
    await using image = await openImage(request);
    await image.prefetchBoot();
    const loaded = image.counters().requests;
    const piece = 64 * 1024;
    const readOn = async (from: number, to: number): Promise<void> => {
      for (let offset = from; offset < to; offset += piece) await image.read(offset, piece);
    };
    for (const at of [16, 4]) await readOn(at * mebibyte, (at + 1) * mebibyte);
    await turns();
    expect(image.counters().requests).toBe(loaded);
    // Other reads that follow each other are still met by some ahead of them.
    await readOn(8 * mebibyte, 12 * mebibyte);
    expect(image.counters().requests - loaded).toBeLessThan(32);
  });

  it('keeps it until it was read once, whatever else is read meanwhile', async () => {
    await using folder = await temporaryFolder();
    const { request } = await bootable(folder.path);
    await using image = await openImage({ ...request, cacheBytes: 6 * mebibyte });
    await image.prefetchBoot();
    for (let at = 0; at < 24; at += 2)
      if (at !== 4 && at !== 16) await image.read(at * mebibyte, mebibyte / 2);
    const { requests } = image.counters();
    await image.read(16 * mebibyte, mebibyte);
    await image.read(4 * mebibyte, mebibyte);
    expect(image.counters().requests).toBe(requests);
  });

  it('asks for little at a time, in the order of the boot, also of what is read in one go', async () => {
    await using folder = await temporaryFolder();
    const { disk, repository, request } = await bootable(folder.path, [[1024, 3072]]);
    const asked: BlobRange[] = [];
    let isOpen = false;
    const answering = Promise.withResolvers<undefined>();
    const line = lineTo(repository, async function* (digest, range, options) {
      if (isOpen && range) asked.push(range);
      if (isOpen) await answering.promise;
      yield* repository.readBlob(digest, range, options);
    });
    await using image = await openImage({ ...request, repository: line });
    isOpen = true;
    const prefetching = image.prefetchBoot();
    const piece = 64 * 1024;
    const offsets = Array.from({ length: 8 }, (_, at) => 4 * mebibyte + at * piece);
    // As boot loaders read a kernel.
    const reading = offsets.map((offset) => image.read(offset, piece));
    await turns();
    expect(asked.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0)).toBeLessThan(2.5 * mebibyte);
    answering.resolve(undefined);
    await prefetching;
    expect(asked.map(({ offsetBytes }) => offsetBytes)).toEqual(
      asked.map(({ offsetBytes }) => offsetBytes).toSorted((a, b) => a - b),
    );
    for (const [at, offset] of offsets.entries()) {
      expect(Buffer.from((await reading[at]) ?? []).equals(disk.subarray(offset, offset + piece))).toBe(true);
    }
  });

  it('asks once for neighbours that the boot reads one after the other, whichever comes first', async () => {
    await using folder = await temporaryFolder();
    const backwards = Array.from({ length: 8 }, (_, at): BootRun => [4096 + (7 - at) * 16, 16]);
    const { request } = await bootable(folder.path, backwards);
    await using image = await openImage(request);
    const { requests } = image.counters();
    await image.prefetchBoot();
    expect(image.counters().requests - requests).toBe(1);
  });

  it('waits behind what is read, also when that is what it is loading', async () => {
    await using folder = await temporaryFolder();
    const { disk, repository, request } = await bootable(folder.path);
    const limiter = gate();
    // The index is read unlimited, as opening is not what is looked at.
    let isOpen = false;
    const late: RateLimiter = {
      take: (count, signal, urgency) => (isOpen ? limiter.take(count, signal, urgency) : Promise.resolve()),
    };
    await using image = await openImage({ ...request, repository, limiter: late });
    isOpen = true;
    const prefetching = image.prefetchBoot();
    await turns();
    expect(limiter.taken).toEqual([]);
    const elsewhere = Buffer.from(await image.read(8 * mebibyte, 4096));
    expect(elsewhere.equals(disk.subarray(8 * mebibyte, 8 * mebibyte + 4096))).toBe(true);
    const same = Buffer.from(await image.read(16 * mebibyte, 4096));
    expect(same.equals(disk.subarray(16 * mebibyte, 16 * mebibyte + 4096))).toBe(true);
    expect(new Set(limiter.taken)).toEqual(new Set(['demand']));
    limiter.open();
    await prefetching;
    expect(limiter.taken).toContain('background');
  });

  it('waits while the line is cut, and goes on by itself', async () => {
    await using folder = await temporaryFolder();
    const { repository, request } = await bootable(folder.path);
    const clock = createManualClock();
    let tries = 0;
    let isDown = false;
    const line = lineTo(repository, (digest, range, options) => {
      tries += 1;
      if (isDown) throw fail('REPOSITORY_UNREACHABLE', { repository: 'line', reason: 'it is cut' });
      return repository.readBlob(digest, range, options);
    });
    await using image = await openImage({ ...request, repository: line, clock });
    isDown = true;
    const prefetching = image.prefetchBoot();
    for (let step = 0; step < 20; step += 1) {
      await turns();
      await clock.advance(5_000);
    }
    const triedWhileDown = tries;
    expect(triedWhileDown).toBeGreaterThan(8);
    expect(triedWhileDown).toBeLessThan(80);
    isDown = false;
    for (let step = 0; step < 20; step += 1) {
      await turns();
      await clock.advance(5_000);
    }
    await prefetching;
  });

  it('ends when it is cancelled or the image is closed', async () => {
    await using folder = await temporaryFolder();
    const { request } = await bootable(folder.path);
    const limiter = gate();
    const image = await openImage({
      ...request,
      limiter: {
        take: (count, signal) => (count < 65_000 ? Promise.resolve() : limiter.take(count, signal)),
      },
    });
    const stop = new AbortController();
    const ended = Promise.allSettled([image.prefetchBoot(stop.signal), image.prefetchBoot()]);
    stop.abort();
    await image[Symbol.asyncDispose]();
    const aborted = expect.objectContaining({ name: 'AbortError' }) as unknown;
    expect(await ended).toEqual([
      { status: 'rejected', reason: aborted },
      { status: 'rejected', reason: aborted },
    ]);
  });
});
