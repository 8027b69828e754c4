import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { digestOf, pushBlob, pushImage } from '../testing/push.ts';
import { startRepository, type TestRepository } from '../testing/start-repository.ts';

let server: TestRepository;
const content = randomBytes(700_000);
const digest = digestOf(content);
const unknown = `sha256:${'0'.repeat(64)}`;

beforeAll(async () => {
  server = await startRepository();
  await pushImage(server, 'desk/office', 'v1', [Buffer.from('{}'), content]);
});
afterAll(() => server[Symbol.asyncDispose]());

async function errorCode(answer: Response): Promise<string> {
  const body = (await answer.json()) as { errors: { code: string }[] };
  return body.errors[0]?.code ?? '';
}

describe('uploads', () => {
  async function begin(name = 'up'): Promise<string> {
    const answer = await server.fetch(`/v2/${name}/blobs/uploads/`, { method: 'POST' });
    expect(answer.status).toBe(202);
    return answer.headers.get('location') ?? '';
  }
  const send = (location: string, bytes: Uint8Array, range?: string): Promise<Response> =>
    server.fetch(location, {
      method: 'PATCH',
      headers: range === undefined ? {} : { 'content-range': range },
      body: new Uint8Array(bytes),
    });

  test('in pieces, with the state in between', async () => {
    const location = await begin();
    const first = await send(location, content.subarray(0, 1000), '0-999');
    expect([first.status, first.headers.get('range')]).toEqual([202, '0-999']);
    const status = await server.fetch(location);
    expect([status.status, status.headers.get('range'), status.headers.get('location')]).toEqual([
      204,
      '0-999',
      location,
    ]);
    const end = await server.fetch(`${location}?digest=${digest}`, {
      method: 'PUT',
      body: new Uint8Array(content.subarray(1000)),
    });
    expect([end.status, end.headers.get('location')]).toEqual([201, `/v2/up/blobs/${digest}`]);
    expect(digestOf(new Uint8Array(await (await server.fetch(`/v2/up/blobs/${digest}`)).arrayBuffer()))).toBe(
      digest,
    );
    expect((await server.fetch(location)).status).toBe(404);
  });

  test('a piece that does not begin where the upload stands is 416 and tells where it stands', async () => {
    const location = await begin();
    await send(location, content.subarray(0, 10), '0-9');
    for (const range of ['0-9', '11-20', '9-18']) {
      const answer = await send(location, content.subarray(0, 10), range);
      expect([answer.status, answer.headers.get('range')]).toEqual([416, '0-9']);
    }
    expect((await server.fetch(location)).headers.get('range')).toBe('0-9');
  });

  test('a piece of another length than announced is refused and not kept', async () => {
    const location = await begin();
    const answer = await send(location, content.subarray(0, 10), '0-99');
    expect([answer.status, await errorCode(answer)]).toEqual([400, 'SIZE_INVALID']);
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(content.subarray(0, 10));
        controller.close();
      },
    });
    const init = {
      method: 'PATCH',
      headers: { 'content-range': '0-99' },
      body,
      duplex: 'half',
    } as RequestInit;
    expect((await server.fetch(location, init)).status).toBe(400);
    const good = await server.fetch(`${location}?digest=${digestOf('after')}`, {
      method: 'PUT',
      body: 'after',
    });
    expect(good.status).toBe(201);
  });

  test('another digest than the content has is refused and nothing stays', async () => {
    const location = await begin();
    const answer = await server.fetch(`${location}?digest=${unknown}`, { method: 'PUT', body: 'text' });
    expect([answer.status, await errorCode(answer)]).toEqual([400, 'DIGEST_INVALID']);
    expect((await server.fetch(location)).status).toBe(404);
    expect((await server.fetch(`/v2/up/blobs/${unknown}`, { method: 'HEAD' })).status).toBe(404);
    const monolithic = await server.fetch(`/v2/up/blobs/uploads/?digest=${unknown}`, {
      method: 'POST',
      body: 'x',
    });
    expect(monolithic.status).toBe(400);
  });

  test('a cancelled upload is gone, and one of another name is not found', async () => {
    const location = await begin();
    expect((await server.fetch(location.replace('/up/', '/other/'))).status).toBe(404);
    expect((await server.fetch(location, { method: 'DELETE' })).status).toBe(204);
    expect((await send(location, content.subarray(0, 1))).status).toBe(404);
    expect((await server.fetch('/v2/up/blobs/uploads/..%2f..%2fnames')).status).toBe(404);
  });

  test('mounting gives a blob to another name; without it an upload begins', async () => {
    const mount = (from: string): Promise<Response> =>
      server.fetch(`/v2/mounted/blobs/uploads/?mount=${digest}&from=${from}`, { method: 'POST' });
    const missing = await mount('nowhere');
    expect(missing.status).toBe(202);
    expect((await server.fetch(`/v2/mounted/blobs/${digest}`, { method: 'HEAD' })).status).toBe(404);
    expect((await mount('desk/office')).status).toBe(201);
    expect((await server.fetch(`/v2/mounted/blobs/${digest}`, { method: 'HEAD' })).status).toBe(200);
    expect((await mount('..%2f..')).status).toBe(400);
  });

  test('more open uploads than allowed are refused until one ends', async () => {
    await using small = await startRepository({ maximumUploads: 2 });
    const open = (): Promise<Response> => small.fetch('/v2/a/blobs/uploads/', { method: 'POST' });
    const first = await open();
    await open();
    const third = await open();
    expect([third.status, await errorCode(third)]).toEqual([429, 'TOOMANYREQUESTS']);
    await small.fetch(first.headers.get('location') ?? '', { method: 'DELETE' });
    expect((await open()).status).toBe(202);
  });

  test('the same blob pushed ten times at once is stored once and readable', async () => {
    const bytes = randomBytes(3_000_000);
    const digests = await Promise.all(
      Array.from({ length: 10 }, (_, i) => pushBlob(server, `at-once-${i % 3}`, bytes)),
    );
    for (const [i, one] of digests.entries()) {
      const read = await server.fetch(`/v2/at-once-${i % 3}/blobs/${one}`);
      expect(digestOf(new Uint8Array(await read.arrayBuffer()))).toBe(one);
    }
  });
});
