import { createHash } from 'node:crypto';
import { readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mediaTypes } from '../format/constants.ts';
import { startDockerRegistry, type TestRegistry } from '../testing/docker-registry.ts';
import { sampleBytes } from '../testing/memory-disk.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { LayoutRepository } from './layout/layout-repository.ts';
import { RegistryRepository } from './registry/registry-repository.ts';
import type { BlobContent, Repository } from './repository.ts';
import { startNginx, type TestWebServer } from './testing/nginx.ts';
import { TransferMeter } from './transfer-meter.ts';
import { WebLayoutRepository } from './web-layout/web-layout-repository.ts';

let registry: TestRegistry;
let web: TestWebServer;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let names = 0;

beforeAll(async () => {
  registry = await startDockerRegistry();
  web = await startNginx();
  folder = await temporaryFolder();
});
afterAll(async () => {
  await registry[Symbol.asyncDispose]();
  await web[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const kinds: Record<string, () => Repository> = {
  layout: () => new LayoutRepository({ path: join(folder.path, `layout-${(names += 1)}`), name: 'debian' }),
  registry: () =>
    new RegistryRepository({ origin: registry.origin, name: `test/debian-${(names += 1)}` }, { attempts: 2 }),
  'web layout': () => servedLayout(web.origin),
  'web layout on https': () => servedLayout(web.secureOrigin),
};

/** A layout that is written in its folder and read through nginx. */
function servedLayout(origin: string): Repository {
  const folderName = `layout-${(names += 1)}`;
  const written = new LayoutRepository({ path: join(web.folder, folderName), name: 'debian' });
  const path = `/images/${folderName}`;
  const read = new WebLayoutRepository({ origin, path, name: 'debian' }, { attempts: 2, ca: web.ca });
  return {
    location: read.location,
    resolve: (...of) => read.resolve(...of),
    readBlob: (...of) => read.readBlob(...of),
    blobSize: (...of) => read.blobSize(...of),
    listTags: (...of) => read.listTags(...of),
    listManifests: (...of) => read.listManifests(...of),
    writeBlob: (...of) => written.writeBlob(...of),
    putManifest: (...of) => written.putManifest(...of),
    discardBlob: (digest) => written.discardBlob(digest),
    [Symbol.asyncDispose]: async () => {
      await read[Symbol.asyncDispose]();
      await written[Symbol.asyncDispose]();
    },
  };
}

function blob(bytes: Uint8Array): BlobContent {
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  return { digest, sizeBytes: bytes.length, chunks: () => [bytes.subarray(0, 100), bytes.subarray(100)] };
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(chunks));
}

async function putManifest(repository: Repository, tag: string, seed: number): Promise<string> {
  const config = blob(sampleBytes(200, seed));
  await repository.writeBlob(config);
  const descriptor = { mediaType: mediaTypes.config, digest: config.digest, size: config.sizeBytes };
  const json = {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    artifactType: mediaTypes.artifact,
    config: descriptor,
    layers: [descriptor],
  };
  const bytes = new Uint8Array(Buffer.from(JSON.stringify(json)));
  return (await repository.putManifest(tag, { bytes, mediaType: mediaTypes.manifest })).digest;
}

describe.each(Object.keys(kinds))('the repository contract: %s', (kind) => {
  const open = (): Repository => {
    const make = kinds[kind];
    if (!make) throw new Error(kind);
    return make();
  };

  it('is empty before anything is written', async () => {
    await using repository = open();
    expect(await repository.listTags()).toEqual([]);
    expect(await repository.listManifests()).toEqual([]);
    expect(await repository.blobSize(blob(sampleBytes(10, 1)).digest)).toBeUndefined();
    await expect(repository.resolve('latest')).rejects.toMatchObject({ code: 'IMAGE_NOT_IN_REPOSITORY' });
  });

  it('gives back blobs, whole and in ranges, and counts what it reads', async () => {
    await using repository = open();
    const bytes = sampleBytes(3_000_000, 2);
    const content = blob(bytes);
    expect(await repository.writeBlob(content)).toEqual({ isNew: true });
    expect(await repository.writeBlob(content)).toEqual({ isNew: false });
    expect(await repository.blobSize(content.digest)).toBe(bytes.length);
    expect((await collect(repository.readBlob(content.digest))).equals(bytes)).toBe(true);
    const meter = new TransferMeter();
    const range = { offsetBytes: 1_234_567, lengthBytes: 1_111_111 };
    const part = await collect(repository.readBlob(content.digest, range, { meter }));
    expect(part.equals(bytes.subarray(1_234_567, 2_345_678))).toBe(true);
    expect(meter).toMatchObject({ requests: 1, bytesDownloaded: 1_111_111 });
  });

  it('fails on a missing blob and on a range behind the end', async () => {
    await using repository = open();
    const content = blob(sampleBytes(5000, 3));
    const missing = collect(repository.readBlob(content.digest, { offsetBytes: 0, lengthBytes: 10 }));
    await expect(missing).rejects.toMatchObject({ code: 'IMAGE_DATA_MISSING' });
    await repository.writeBlob(content);
    const behind = collect(repository.readBlob(content.digest, { offsetBytes: 4990, lengthBytes: 20 }));
    await expect(behind).rejects.toMatchObject({ code: 'IMAGE_DATA_DAMAGED' });
  });

  it('refuses a blob that has another digest than stated', async () => {
    await using repository = open();
    const wrong = { ...blob(sampleBytes(5000, 4)), chunks: () => [sampleBytes(5000, 5)] };
    await expect(repository.writeBlob(wrong)).rejects.toMatchObject({ code: 'IMAGE_DATA_DAMAGED' });
    expect(await repository.blobSize(wrong.digest)).toBeUndefined();
  });

  it('resolves tags and digests, lists tags, and moves a tag', async () => {
    await using repository = open();
    const first = await putManifest(repository, '12', 6);
    const again = await putManifest(repository, '12', 6);
    expect(again).toBe(first);
    expect((await repository.resolve('12')).digest).toBe(first);
    expect((await repository.resolve(first)).mediaType).toBe(mediaTypes.manifest);
    const second = await putManifest(repository, '13', 7);
    expect(await repository.listTags()).toEqual(['12', '13']);
    expect(await repository.listManifests()).toHaveLength(2);
    await putManifest(repository, '12', 7);
    expect((await repository.resolve('12')).digest).toBe(second);
  });

  it('refuses a manifest whose blobs are not there', async () => {
    await using repository = open();
    const gone = { mediaType: mediaTypes.config, digest: blob(sampleBytes(9, 8)).digest, size: 9 };
    const json = { schemaVersion: 2, mediaType: mediaTypes.manifest, config: gone, layers: [gone] };
    const bytes = new Uint8Array(Buffer.from(JSON.stringify(json)));
    await expect(repository.putManifest('1', { bytes, mediaType: mediaTypes.manifest })).rejects.toThrow();
    await expect(repository.resolve('1')).rejects.toMatchObject({ code: 'IMAGE_NOT_IN_REPOSITORY' });
  });

  it('passes an abort through', async () => {
    await using repository = open();
    const content = blob(sampleBytes(100_000, 9));
    await repository.writeBlob(content);
    const signal = AbortSignal.abort();
    await expect(collect(repository.readBlob(content.digest, undefined, { signal }))).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});

describe('nginx', () => {
  it('with a certificate nobody vouches for is not read from', async () => {
    const { secureOrigin: origin } = web;
    await using repository = new WebLayoutRepository({ origin, path: '/images', name: 'debian' }, {});
    await expect(repository.listTags()).rejects.toMatchObject({ code: 'REPOSITORY_NOT_TRUSTED' });
  });

  it('is asked for an index that did not change without being sent it again', async () => {
    await using repository = servedLayout(web.origin);
    await putManifest(repository, '1', 40);
    const path = new URL(repository.location).pathname;
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(join(web.folder, '..', path, 'index.json'), longAgo, longAgo);
    const meter = new TransferMeter();
    await repository.listTags({ meter });
    const once = meter.bytesDownloaded;
    await repository.listTags({ meter });
    expect([meter.requests, meter.bytesDownloaded]).toEqual([2, once]);
    await putManifest(repository, '2', 41);
    expect(await repository.listTags()).toEqual(['1', '2']);
    const blob = await putManifest(repository, '3', 42);
    await repository.resolve(blob);
    const statuses = (await web.answers()).filter((line) => line.includes(`${path}/index.json`));
    expect(statuses.map((line) => line.slice(0, 3))).toEqual(['200', '304', '200']);
    const headers = async (name: string): Promise<string | null> =>
      (await fetch(`${repository.location}/${name}`)).headers.get('cache-control');
    expect(await headers('index.json')).toBe('no-cache');
    expect(await headers(`blobs/sha256/${blob.slice(7)}`)).toMatch(/immutable/);
  });
});

describe('a layout', () => {
  it('keeps what writers in parallel put into its index', async () => {
    const path = join(folder.path, 'parallel');
    const tags = ['a', 'b', 'c', 'd', 'e', 'f'];
    await Promise.all(
      tags.map((tag, at) => putManifest(new LayoutRepository({ path, name: 'x' }), tag, 20 + at)),
    );
    expect(await new LayoutRepository({ path, name: 'x' }).listTags()).toEqual(tags);
    expect((await readdir(path)).toSorted()).toEqual(['blobs', 'index.json', 'oci-layout']);
  });

  it('is not left behind empty, and keeps what it holds', async () => {
    const path = join(folder.path, 'made', 'for', 'nothing');
    const content = blob(sampleBytes(1_000, 30));
    {
      await using repository = new LayoutRepository({ path, name: 'x' });
      await repository.writeBlob(content);
      await repository.discardBlob(content.digest);
    }
    expect(await readdir(folder.path)).not.toContain('made');
    {
      await using repository = new LayoutRepository({ path, name: 'x' });
      await repository.writeBlob(content);
    }
    expect(await new LayoutRepository({ path, name: 'x' }).blobSize(content.digest)).toBe(1_000);
  });
});
