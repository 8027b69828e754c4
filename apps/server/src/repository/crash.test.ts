import { randomBytes, randomInt } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type KillableRepository, startKillableRepository } from './testing/killable-repository.ts';
import { digestOf, pushImage } from './testing/push.ts';

/** Every start of a server costs seconds on a busy machine. */
const manyStarts = { timeout: 180_000 };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carrel-crash-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A body that goes on until it is told to break off, so that the server is in the middle of it. */
function endlessBody(content: Uint8Array, sentEnough: () => void): ReadableStream<Uint8Array> {
  let offset = 0;
  return new ReadableStream({
    async pull(controller) {
      if (offset >= content.length / 2) {
        sentEnough();
        await sleep(60_000, undefined, { ref: false });
      }
      controller.enqueue(content.subarray(offset, offset + 65_536));
      offset += 65_536;
    },
  });
}

test('an upload goes on where it was when the server was killed', async () => {
  const content = randomBytes(8_000_000);
  const digest = digestOf(content);
  let server = await startKillableRepository(folder);
  const begun = await server.fetch('/v2/desk/blobs/uploads/', { method: 'POST' });
  const location = begun.headers.get('location') ?? '';
  const half = Promise.withResolvers<undefined>();
  const body = endlessBody(content, () => half.resolve(undefined));
  const sending = server.fetch(location, { method: 'PATCH', body, duplex: 'half' } as RequestInit);
  const brokenOff = expect(sending).rejects.toThrow();
  await half.promise;
  while ((await received(server, location)) === 0) await sleep(10);
  await server.kill();
  await brokenOff;

  server = await startKillableRepository(folder);
  const offset = await received(server, location);
  expect(offset).toBeGreaterThan(0);
  expect((await server.fetch(`/v2/desk/blobs/${digest}`)).status).toBe(404);
  const rest = await server.fetch(`${location}?digest=${digest}`, {
    method: 'PUT',
    headers: { 'content-range': `${offset}-${content.length - 1}` },
    body: new Uint8Array(content.subarray(offset)),
  });
  expect(rest.status).toBe(201);
  const read = await server.fetch(`/v2/desk/blobs/${digest}`);
  expect(digestOf(new Uint8Array(await read.arrayBuffer()))).toBe(digest);
  await server.kill();
});

async function received(server: KillableRepository, location: string): Promise<number> {
  const range = (await server.fetch(location)).headers.get('range') ?? '0-0';
  const end = Number(range.split('-')[1]);
  return end === 0 ? 0 : end + 1;
}

test(
  'whenever it is killed, what it has is whole, and pushing again completes the rest',
  manyStarts,
  async () => {
    const images = Array.from({ length: 12 }, (_, i) => ({
      name: `lab/desk-${i % 3}`,
      tag: `v${i}`,
      contents: [Buffer.from(`{"image":${i}}`), randomBytes(400_000)],
    }));
    for (let round = 0; round < 5; round += 1) {
      const server = await startKillableRepository(folder);
      const pushes = images.map((image) => pushImage(server, image.name, image.tag, image.contents));
      const settled = Promise.allSettled(pushes);
      await Promise.race([settled, sleep(randomInt(5, 120))]);
      await server.kill();
      await settled;

      const again = await startKillableRepository(folder);
      for (const { name, tag } of images) await expectWhole(again, name, tag);
      expect(await readdir(join(folder, 'temporary'))).toEqual([]);
      await again.kill();
    }
    const server = await startKillableRepository(folder);
    for (const image of images) await pushImage(server, image.name, image.tag, image.contents);
    for (const { name, tag } of images) expect(await expectWhole(server, name, tag)).toBe(true);
    await server.kill();
  },
);

/** A tag that is there leads to a manifest whose blobs are all there and what they should be. */
async function expectWhole(server: KillableRepository, name: string, tag: string): Promise<boolean> {
  const answer = await server.fetch(`/v2/${name}/manifests/${tag}`);
  if (answer.status === 404) return false;
  expect(answer.status).toBe(200);
  const text = await answer.text();
  expect(answer.headers.get('docker-content-digest')).toBe(digestOf(text));
  const { config, layers } = JSON.parse(text) as { config: { digest: string }; layers: { digest: string }[] };
  for (const { digest } of [config, ...layers]) {
    const blob = await server.fetch(`/v2/${name}/blobs/${digest}`);
    expect(digestOf(new Uint8Array(await blob.arrayBuffer()))).toBe(digest);
  }
  return true;
}
