import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  digestOf,
  imageManifest,
  imageManifestType,
  pushBlob,
  pushImage,
  pushManifest,
} from '../testing/push.ts';
import { credentials, startRepository, type TestRepository } from '../testing/start-repository.ts';

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

describe('who may do what', () => {
  test('without credentials everything is refused, in the format clients know', async () => {
    for (const path of ['/v2/', `/v2/desk/office/blobs/${digest}`, '/v2/nonsense']) {
      const answer = await fetch(server.origin + path);
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toBe('Basic realm="carrel"');
      expect(await errorCode(answer)).toBe('UNAUTHORIZED');
    }
  });

  test('wrong credentials are refused', async () => {
    const answer = await server.fetch('/v2/', {
      headers: { authorization: `Basic ${btoa('publisher:wrong')}` },
    });
    expect(answer.status).toBe(401);
  });

  test('a reader pulls and does not push or delete', async () => {
    const headers = { authorization: credentials.reader };
    expect((await server.fetch(`/v2/desk/office/blobs/${digest}`, { headers })).status).toBe(200);
    const push = await server.fetch('/v2/desk/office/blobs/uploads/', { method: 'POST', headers });
    expect([push.status, await errorCode(push)]).toEqual([403, 'DENIED']);
    const removal = await server.fetch('/v2/desk/office/manifests/v1', { method: 'DELETE', headers });
    expect(removal.status).toBe(403);
    expect((await server.fetch('/v2/desk/office/manifests/v1')).status).toBe(200);
  });
});

describe('ranges of a blob', () => {
  const path = `/v2/desk/office/blobs/${digest}`;

  test('the whole, with headers that let it be cached for ever', async () => {
    const answer = await server.fetch(path);
    expect(answer.status).toBe(200);
    expect(Buffer.from(await answer.arrayBuffer()).equals(content)).toBe(true);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'accept-ranges': 'bytes',
      'cache-control': 'private, max-age=31536000, immutable',
      'content-length': '700000',
      'docker-content-digest': digest,
      etag: `"${digest}"`,
    });
  });

  test.each([
    ['bytes=0-0', 0, 0],
    ['bytes=1000-300999', 1000, 300_999],
    ['bytes=262143-262144', 262_143, 262_144],
    ['bytes=699999-', 699_999, 699_999],
    ['bytes=-100000', 600_000, 699_999],
    ['bytes=1-9999999', 1, 699_999],
  ])('%s', async (range, start, end) => {
    const answer = await server.fetch(path, { headers: { range } });
    expect(answer.status).toBe(206);
    expect(answer.headers.get('content-range')).toBe(`bytes ${start}-${end}/700000`);
    expect(Buffer.from(await answer.arrayBuffer()).equals(content.subarray(start, end + 1))).toBe(true);
  });

  test('a range beyond the end is 416 and tells the size', async () => {
    const answer = await server.fetch(path, { headers: { range: 'bytes=700000-' } });
    expect(answer.status).toBe(416);
    expect(answer.headers.get('content-range')).toBe('bytes */700000');
    expect(await errorCode(answer)).toBe('RANGE_INVALID');
  });

  test('If-Range with another tag gives the whole, with this one the range', async () => {
    const ask = (tag: string): Promise<Response> =>
      server.fetch(path, { headers: { range: 'bytes=0-9', 'if-range': tag } });
    expect((await ask(`"${digest}"`)).status).toBe(206);
    const other = await ask(`"${unknown}"`);
    expect([other.status, other.headers.get('content-length')]).toEqual([200, '700000']);
    await other.body?.cancel();
  });

  test('If-None-Match answers 304 without a body', async () => {
    const answer = await server.fetch(path, { headers: { 'if-none-match': `W/"x", "${digest}"` } });
    expect([answer.status, await answer.text()]).toEqual([304, '']);
  });

  test('HEAD tells the size and sends nothing', async () => {
    const answer = await server.fetch(path, { method: 'HEAD', headers: { range: 'bytes=0-9' } });
    expect([answer.status, answer.headers.get('content-length'), await answer.text()]).toEqual([
      200,
      '700000',
      '',
    ]);
  });

  test('an empty blob is 200, and any range of it 416', async () => {
    const empty = await pushBlob(server, 'desk/office', new Uint8Array());
    expect((await server.fetch(`/v2/desk/office/blobs/${empty}`)).headers.get('content-length')).toBe('0');
    const range = await server.fetch(`/v2/desk/office/blobs/${empty}`, { headers: { range: 'bytes=0-' } });
    expect(range.status).toBe(416);
  });

  test('many readers at once, some of whom break off, each get their own bytes', async () => {
    const read = async (start: number): Promise<boolean> => {
      const end = start + 300_000;
      const answer = await server.fetch(path, { headers: { range: `bytes=${start}-${end}` } });
      if (start % 3 === 0) {
        await answer.body?.cancel();
        return true;
      }
      return Buffer.from(await answer.arrayBuffer()).equals(content.subarray(start, end + 1));
    };
    for (let round = 0; round < 4; round += 1) {
      const starts = Array.from({ length: 30 }, (_, i) => i * 12_345 + round);
      expect(await Promise.all(starts.map(read))).not.toContain(false);
    }
  });

  test('readers that go away half-way do not keep anything open', async () => {
    for (let round = 0; round < 20; round += 1) {
      const answer = await server.fetch(path);
      await answer.body?.cancel();
    }
    expect((await server.fetch(path)).status).toBe(200);
  });

  test('a blob of one name is not readable under another', async () => {
    const answer = await server.fetch(`/v2/other/blobs/${digest}`);
    expect([answer.status, await errorCode(answer)]).toEqual([404, 'BLOB_UNKNOWN']);
  });
});

describe('manifests', () => {
  test('by tag and by digest, as pushed', async () => {
    const byTag = await server.fetch('/v2/desk/office/manifests/v1');
    const text = await byTag.text();
    const manifestDigest = digestOf(text);
    expect(Object.fromEntries(byTag.headers)).toMatchObject({
      'content-type': imageManifestType,
      'docker-content-digest': manifestDigest,
      'cache-control': 'private, no-cache',
    });
    const byDigest = await server.fetch(`/v2/desk/office/manifests/${manifestDigest}`);
    expect(await byDigest.text()).toBe(text);
    const head = await server.fetch('/v2/desk/office/manifests/v1', { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(text.length)]);
  });

  test.each([
    ['a blob that is not here', imageManifest([{ digest: unknown, size: 1 }]), 400, 'MANIFEST_BLOB_UNKNOWN'],
    ['another size than the blob has', imageManifest([{ digest, size: 1 }]), 400, 'MANIFEST_INVALID'],
    ['no JSON', 'nonsense', 400, 'MANIFEST_INVALID'],
    ['another shape', '{"schemaVersion":2}', 400, 'MANIFEST_INVALID'],
    ['more than the limit', ' '.repeat(4 * 1024 * 1024 + 1), 413, 'MANIFEST_TOO_LARGE'],
  ])('%s is refused', async (_, body, status, code) => {
    const answer = await server.fetch('/v2/desk/office/manifests/bad', {
      method: 'PUT',
      headers: { 'content-type': imageManifestType },
      body,
    });
    expect([answer.status, await errorCode(answer)]).toEqual([status, code]);
    expect((await server.fetch('/v2/desk/office/manifests/bad')).status).toBe(404);
  });

  test('a media type that is not supported, or not the one inside, is refused', async () => {
    const manifest = imageManifest([{ digest, size: content.length }]);
    for (const type of ['application/json', 'application/vnd.docker.distribution.manifest.v2+json']) {
      const init = { method: 'PUT', headers: { 'content-type': type }, body: manifest };
      expect((await server.fetch('/v2/desk/office/manifests/bad', init)).status).toBe(400);
    }
  });

  test('under another digest than its own it is refused', async () => {
    const init = {
      method: 'PUT',
      headers: { 'content-type': imageManifestType },
      body: imageManifest([{ digest, size: content.length }]),
    };
    const answer = await server.fetch(`/v2/desk/office/manifests/${unknown}`, init);
    expect([answer.status, await errorCode(answer)]).toEqual([400, 'DIGEST_INVALID']);
  });

  test('deleting a tag keeps the manifest; deleting the manifest takes its tags', async () => {
    const pushed = await pushImage(server, 'removal', 'a', [Buffer.from('config')]);
    await pushImage(server, 'removal', 'b', [Buffer.from('config')]);
    const remove = async (reference: string): Promise<number> =>
      (await server.fetch(`/v2/removal/manifests/${reference}`, { method: 'DELETE' })).status;
    const blob = await server.fetch(`/v2/removal/blobs/${pushed.blobs[0] ?? ''}`, { method: 'DELETE' });
    expect([blob.status, await errorCode(blob)]).toEqual([409, 'IN_USE']);
    expect(await remove('a')).toBe(202);
    expect(await remove('a')).toBe(404);
    expect((await server.fetch('/v2/removal/manifests/b')).status).toBe(200);
    expect(await remove(pushed.manifest)).toBe(202);
    expect((await server.fetch('/v2/removal/manifests/b')).status).toBe(404);
    expect((await server.fetch('/v2/removal/tags/list')).status).toBe(200);
    const deletion = await server.fetch(`/v2/removal/blobs/${pushed.blobs[0] ?? ''}`, { method: 'DELETE' });
    expect(deletion.status).toBe(202);
    expect((await server.fetch(`/v2/removal/blobs/${pushed.blobs[0] ?? ''}`)).status).toBe(404);
  });
});

test('tags come in pages', async () => {
  for (const tag of ['c', 'B', 'a', '10', '9'])
    await pushImage(server, 'paged', tag, [Buffer.from('config')]);
  const list = async (query: string): Promise<unknown> =>
    ((await (await server.fetch(`/v2/paged/tags/list${query}`)).json()) as { tags: unknown }).tags;
  expect(await list('')).toEqual(['10', '9', 'B', 'a', 'c']);
  const page = await server.fetch('/v2/paged/tags/list?n=2');
  expect(page.headers.get('link')).toBe('</v2/paged/tags/list?n=2&last=9>; rel="next"');
  expect(await list('?n=2&last=9')).toEqual(['B', 'a']);
  expect(await list('?n=2&last=a')).toEqual(['c']);
  expect(await list('?n=0')).toEqual([]);
  expect((await server.fetch('/v2/paged/tags/list?n=-1')).status).toBe(400);
  const unknownName = await server.fetch('/v2/never/tags/list');
  expect([unknownName.status, await errorCode(unknownName)]).toEqual([404, 'NAME_UNKNOWN']);
});

test('referrers of a manifest are listed, also before the manifest itself is here', async () => {
  const config = await pushBlob(server, 'signed', Buffer.from('config'));
  const image = imageManifest([{ digest: config, size: 6 }]);
  const subject = { digest: digestOf(image), size: image.length };
  const signature = imageManifest([{ digest: config, size: 6 }], subject);
  const put = await server.fetch(`/v2/signed/manifests/${digestOf(signature)}`, {
    method: 'PUT',
    headers: { 'content-type': imageManifestType },
    body: signature,
  });
  expect([put.status, put.headers.get('oci-subject')]).toEqual([201, subject.digest]);
  await pushManifest(server, 'signed', 'v1', image);
  const list = async (query: string): Promise<string[]> => {
    const answer = await server.fetch(`/v2/signed/referrers/${subject.digest}${query}`);
    expect(answer.headers.get('content-type')).toBe('application/vnd.oci.image.index.v1+json');
    const index = (await answer.json()) as { manifests: { digest: string }[] };
    return index.manifests.map((one) => one.digest);
  };
  expect(await list('')).toEqual([digestOf(signature)]);
  expect(await list('?artifactType=application/vnd.oci.image.config.v1%2Bjson')).toEqual([
    digestOf(signature),
  ]);
  expect(await list('?artifactType=other')).toEqual([]);
  await server.fetch(`/v2/signed/manifests/${digestOf(signature)}`, { method: 'DELETE' });
  expect(await list('')).toEqual([]);
});
