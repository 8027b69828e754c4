import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createManualClock, type ManualClock } from '@carrel/kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isDigest } from './index.ts';
import {
  digestOf,
  imageManifest,
  imageManifestType,
  pushBlob,
  pushImage,
  pushManifest,
} from './testing/push.ts';
import { startRepository, type TestRepository } from './testing/start-repository.ts';

const dayMs = 86_400_000;
/** Files carry the time of the machine, which has gone on since the test's clock was set. */
const longAfterMs = dayMs + 60_000;
const config = Buffer.from('{}');

let clock: ManualClock;
let server: TestRepository;
beforeEach(async () => {
  clock = createManualClock(Date.now());
  server = await startRepository({ clock });
});
afterEach(() => server[Symbol.asyncDispose]());

async function isThere(path: string): Promise<boolean> {
  return (await server.fetch(path, { method: 'HEAD' })).status === 200;
}

async function collect(): Promise<number> {
  const plan = await server.storage.planGarbage();
  return (await server.storage.executeGarbage(plan)).freedBytes;
}

test('what no manifest needs goes after a day, what one needs stays', async () => {
  const kept = await pushImage(server, 'a', 'v1', [config, randomBytes(1000)]);
  const lone = await pushBlob(server, 'a', randomBytes(5000));
  expect(await collect()).toBe(0);
  await clock.advance(longAfterMs);
  expect(await collect()).toBe(5000);
  expect(await isThere(`/v2/a/blobs/${lone}`)).toBe(false);
  for (const blob of kept.blobs) expect(await isThere(`/v2/a/blobs/${blob}`)).toBe(true);
});

test('a plan changes nothing', async () => {
  const lone = await pushBlob(server, 'a', randomBytes(5000));
  await clock.advance(longAfterMs);
  const plan = await server.storage.planGarbage();
  expect(plan).toMatchObject({ sizeBytes: 5000, manifests: [], links: [{ name: 'a', digest: lone }] });
  expect(await isThere(`/v2/a/blobs/${lone}`)).toBe(true);
});

test('bytes that two names share stay until both are without them', async () => {
  const shared = randomBytes(3000);
  const first = await pushImage(server, 'a', 'v1', [config, shared]);
  const second = await pushImage(server, 'b', 'v1', [config, shared]);
  await clock.advance(longAfterMs);
  await server.fetch(`/v2/a/manifests/${first.manifest}`, { method: 'DELETE' });
  await clock.advance(longAfterMs);
  await collect();
  expect(await isThere(`/v2/a/blobs/${digestOf(shared)}`)).toBe(false);
  expect(await isThere(`/v2/b/blobs/${digestOf(shared)}`)).toBe(true);
  await server.fetch(`/v2/b/manifests/${second.manifest}`, { method: 'DELETE' });
  await clock.advance(longAfterMs);
  expect(await collect()).toBeGreaterThan(3000);
  expect(await server.storage.planGarbage({ graceMs: 0 })).toMatchObject({ sizeBytes: 0, blobs: [] });
});

test('a push under way keeps what it counts on, though it was there before', async () => {
  const old = randomBytes(2000);
  await pushBlob(server, 'a', config);
  await pushBlob(server, 'a', old);
  await clock.advance(longAfterMs);
  const plan = await server.storage.planGarbage();
  expect(plan.links).toHaveLength(2);
  // The pusher looks, sees that the blobs are there, and will send only the manifest.
  for (const content of [config, old]) expect(await isThere(`/v2/a/blobs/${digestOf(content)}`)).toBe(true);
  expect((await server.storage.executeGarbage(plan)).linkCount).toBe(0);
  const layers = [config, old].map((content) => ({ digest: digestOf(content), size: content.length }));
  await pushManifest(server, 'a', 'v1', imageManifest(layers));
});

test('what was pushed or mounted again since the plan stays', async () => {
  const [again, mounted] = [randomBytes(2000), randomBytes(2000)];
  for (const content of [again, mounted]) await pushBlob(server, 'a', content);
  await clock.advance(longAfterMs);
  const plan = await server.storage.planGarbage();
  expect(plan.blobs).toHaveLength(2);
  await pushBlob(server, 'b', again);
  await server.fetch(`/v2/c/blobs/uploads/?mount=${digestOf(mounted)}&from=a`, { method: 'POST' });
  expect(await server.storage.executeGarbage(plan)).toMatchObject({ blobCount: 0, freedBytes: 0 });
  expect(await isThere(`/v2/b/blobs/${digestOf(again)}`)).toBe(true);
  expect(await isThere(`/v2/c/blobs/${digestOf(mounted)}`)).toBe(true);
});

test('manifests without a tag stay, unless the caller does not want them', async () => {
  const first = await pushImage(server, 'a', 'v1', [config, randomBytes(100)]);
  const second = await pushImage(server, 'a', 'v1', [config, randomBytes(100)]);
  const third = await pushImage(server, 'a', 'v1', [config, randomBytes(100)]);
  await clock.advance(longAfterMs);
  expect((await server.storage.planGarbage()).manifests).toEqual([]);
  const plan = await server.storage.planGarbage({
    isManifestWanted: (_, digest) => digest === first.manifest,
  });
  expect(plan.manifests).toEqual([{ name: 'a', digest: second.manifest }]);
  await server.storage.executeGarbage(plan);
  expect(await isThere(`/v2/a/manifests/${first.manifest}`)).toBe(true);
  expect(await isThere(`/v2/a/manifests/${second.manifest}`)).toBe(false);
  expect(await isThere(`/v2/a/manifests/${third.manifest}`)).toBe(true);
  expect(await isThere(`/v2/a/blobs/${third.blobs[1] ?? ''}`)).toBe(true);
});

test('a signature stays with the manifest it is about', async () => {
  const image = await pushImage(server, 'a', 'v1', [config]);
  const subject = { digest: image.manifest, size: 1 };
  const signature = imageManifest([{ digest: digestOf(config), size: config.length }], subject);
  await server.fetch(`/v2/a/manifests/${digestOf(signature)}`, {
    method: 'PUT',
    headers: { 'content-type': imageManifestType },
    body: signature,
  });
  await clock.advance(longAfterMs);
  expect((await server.storage.planGarbage({ isManifestWanted: () => false })).manifests).toEqual([]);
  await server.fetch('/v2/a/manifests/v1', { method: 'DELETE' });
  const plan = await server.storage.planGarbage({ isManifestWanted: () => false });
  expect(new Set(plan.manifests.map((one) => one.digest))).toEqual(
    new Set([image.manifest, digestOf(signature)]),
  );
});

test('uploads are abandoned after a day without a byte, and not before', async () => {
  const begin = async (): Promise<string> =>
    (await server.fetch('/v2/a/blobs/uploads/', { method: 'POST' })).headers.get('location') ?? '';
  const location = await begin();
  await server.fetch(location, { method: 'PATCH', body: 'abc' });
  expect(await server.storage.uploads.removeAbandoned(dayMs)).toBe(0);
  expect((await server.fetch(location)).status).toBe(204);
  await clock.advance(longAfterMs);
  await server.storage.uploads.removeAbandoned(dayMs);
  expect((await server.fetch(location)).status).toBe(404);
  expect(await readdir(join(server.folder, 'uploads'))).toEqual([]);
});

test('a sender who comes back takes over from its own dead connection', async () => {
  const location =
    (await server.fetch('/v2/a/blobs/uploads/', { method: 'POST' })).headers.get('location') ?? '';
  const stuck = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(Buffer.from('abc')),
  });
  const dead = server.fetch(location, { method: 'PATCH', body: stuck, duplex: 'half' } as RequestInit);
  const failure = expect(dead).rejects.toThrow();
  while ((await server.fetch(location)).headers.get('range') !== '0-2') await new Promise(setImmediate);
  const digest = digestOf('abcdef');
  const rest = await server.fetch(`${location}?digest=${digest}`, {
    method: 'PUT',
    headers: { 'content-range': '3-5' },
    body: 'def',
  });
  expect(rest.status).toBe(201);
  await failure;
  if (!isDigest(digest)) throw new Error('no digest');
  expect(await (await server.fetch(`/v2/a/blobs/${digest}`)).text()).toBe('abcdef');
});
