import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Lease } from '@carrel/contract';
import {
  defaultQemuPrograms,
  exportBase,
  machinePaths,
  planRunAs,
  prepareDisks,
  streamOffline,
} from '@carrel/hypervisor';
import { openImage, serveNbd, singleKey } from '@carrel/imaging';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createIndexCache } from './index-cache.ts';
import { findCopies, type LocalCopiesParts, type LocalCopy, openCopy } from './local-copies.ts';
import { openLocalSeeds } from './local-seeds.ts';
import { type PackedDisk, packDisk, repositoryKey } from './testing/packed-disk.ts';

const programs = defaultQemuPrograms;
const runAs = planRunAs(65_533, process.getuid?.() === 0);
const diskKey = Uint8Array.from({ length: 32 }, (_unused, at) => 255 - at);
const keys = singleKey(repositoryKey);

let folder: string;
let first: PackedDisk;
let second: PackedDisk;
let copy: LocalCopy;
let parts: LocalCopiesParts;

/** Brings an image into an encrypted base, as the agent does. */
async function makeCopy(disk: PackedDisk): Promise<LocalCopy> {
  const workspace = join(folder, `workspace-${disk.image.version}`);
  const { basePath, overlayPath, imageSocket } = machinePaths(workspace);
  const { virtualSizeBytes, manifestDigest: tagOrDigest } = disk.image;
  const source = { socketPath: imageSocket, exportName: '' };
  await prepareDisks({
    programs,
    folder: workspace,
    basePath,
    overlayPath,
    virtualSizeBytes,
    diskKey,
    source,
    runAs,
  });
  await using repository = createIndexCache(join(folder, 'images')).over(disk.open());
  await using image = await openImage({ repository, tagOrDigest, keys });
  await using _served = await serveNbd({ disk: image, socketPath: imageSocket });
  const plan = { programs, folder: workspace, basePath, source, diskKey, runAs, rateBytesPerSecond: 0 };
  await using job = await streamOffline(plan);
  expect(await job.outcome).toEqual({ kind: 'completed' });
  return { source: disk.image, sealedKeys: 'sealed', folder: workspace, basePath, slot: 0 };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carrel-copies-'));
  first = await packDisk(folder, 'desk', 1);
  second = await packDisk(folder, 'desk', 2);
  copy = await makeCopy(first);
  parts = {
    list: () => [copy],
    leases: {
      openKeys: () =>
        Promise.resolve({
          repositoryKey: '',
          diskKey: Buffer.from(diskKey).toString('base64url'),
          secrets: {},
        }),
    },
    indexes: createIndexCache(join(folder, 'images')),
    exportBase: ({ folder: workspace, basePath }, key) =>
      exportBase({ programs, folder: workspace, basePath, diskKey: key, runAs }),
  };
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a local copy', () => {
  it('reads as its image, decrypted, and tells its holes', async () => {
    await using disk = await openCopy(copy, parts);
    const wanted = await readFile(first.path);
    expect(disk.sizeBytes).toBe(wanted.length);
    expect(wanted.equals(await disk.read(0, wanted.length))).toBe(true);
    const kinds = await Array.fromAsync(disk.extents(0, disk.sizeBytes), ({ kind }) => kind);
    expect(kinds).toContain('zero');
    expect(kinds).toContain('data');
  });

  it('gives another version what both hold, without a request', async () => {
    const cache = createIndexCache(join(folder, 'images'));
    const wanted = { image: second.image, key: repositoryKey, folder: '/elsewhere', useHostFiles: false };
    const onUnusable = (_copy: LocalCopy, error: unknown): void => expect(error).toBeUndefined();
    const all = { ...parts, indexes: cache, hostIndexFolder: join(folder, 'none'), onUnusable };
    await using local = await openLocalSeeds(wanted, all);
    await using repository = cache.over(second.open());
    const { manifestDigest: tagOrDigest, virtualSizeBytes } = second.image;
    await using image = await openImage({ repository, tagOrDigest, keys, seeds: local.seeds });
    await local.located;
    const before = image.counters();
    const bytes = await image.read(0, virtualSizeBytes);
    expect((await readFile(second.path)).equals(bytes)).toBe(true);
    const { bytesDownloaded, bytesFromSeeds } = image.counters();
    // Two runs of 64 KiB are new.
    expect(bytesDownloaded - before.bytesDownloaded).toBeLessThan(3 * 64 * 1024);
    expect(bytesFromSeeds).toBeGreaterThanOrEqual(2 * 1024 ** 2 - 2 * 64 * 1024);
  });
});

describe('the copies that may help an image', () => {
  const image = (changes: Partial<Lease['image']>): Lease['image'] => ({ ...first.image, ...changes });
  const copyOf = (changes: Partial<Lease['image']>, place = '/elsewhere'): LocalCopy => ({
    ...copy,
    source: image(changes),
    folder: place,
  });
  const find = (copies: readonly LocalCopy[], held: readonly string[] | 'all' = 'all') =>
    findCopies(image({ version: 5, manifestDigest: 'wanted' }), '/own', {
      list: () => copies,
      indexes: { holds: (digest) => Promise.resolve(held === 'all' || held.includes(digest)) },
    });

  it('are near versions first, then other images, each version once, no more than four', async () => {
    const found = await find([
      copyOf({ name: 'other', manifestDigest: 'o' }),
      copyOf({ version: 1, manifestDigest: '1' }),
      copyOf({ version: 4, manifestDigest: '4' }),
      copyOf({ version: 4, manifestDigest: '4' }, '/third'),
      copyOf({ version: 3, manifestDigest: '3' }),
      copyOf({ version: 2, manifestDigest: '2' }),
    ]);
    expect(found.map(({ source }) => source.manifestDigest)).toEqual(['4', '3', '2', '1']);
  });

  it('are only the copy of the same version where another workspace has one, and never its own', async () => {
    const same = { version: 5, manifestDigest: 'wanted' };
    const older = copyOf({ version: 4, manifestDigest: '4' }, '/own');
    expect(await find([older, copyOf(same, '/own')])).toEqual([older]);
    expect(await find([older, copyOf(same, '/other')])).toEqual([copyOf(same, '/other')]);
  });

  it('are of the same repository key, and of an index that is here', async () => {
    const strange = copyOf({ keyId: '0'.repeat(16), manifestDigest: 's' });
    const known = copyOf({ version: 1, manifestDigest: '1' });
    const unknown = copyOf({ version: 2, manifestDigest: '2' });
    expect(await find([strange, known, unknown], ['s', '1'])).toEqual([known]);
  });
});
