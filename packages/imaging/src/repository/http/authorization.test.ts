import { describe, expect, it } from 'vitest';
import { digestOf } from '../../format/manifest.ts';
import { sampleBytes } from '../../testing/memory-disk.ts';
import type { RepositoryReader } from '../repository.ts';
import { answerRange, serverThat } from '../testing/faulty-server.ts';
import { parseChallenge } from './challenge.ts';

const bytes = Buffer.from(sampleBytes(2_000_000, 1));
const digest = digestOf(bytes);
const range = { offsetBytes: 1_500_000, lengthBytes: 100_000 };
const wanted = bytes.subarray(1_500_000, 1_600_000);

async function read(repository: RepositoryReader): Promise<Buffer> {
  await using _closing = repository;
  return Buffer.concat(await Array.fromAsync(repository.readBlob(digest, range)));
}

describe('authorization', () => {
  it('fetches a token for a Bearer challenge, keeps it, and never sends it elsewhere', async () => {
    await using storage = await serverThat((request, response) => answerRange(bytes, request, response));
    await using registry = await serverThat((request, response) => {
      const url = new URL(request.url ?? '/', 'http://x');
      if (url.pathname === '/token') {
        const isKnown =
          request.headers.authorization === `Basic ${Buffer.from('ann:secret').toString('base64')}`;
        const isAsked = url.searchParams.get('scope') === 'repository:debian:pull';
        response.writeHead(isKnown && isAsked ? 200 : 401).end(JSON.stringify({ token: 'abc' }));
        return;
      }
      if (request.headers.authorization !== 'Bearer abc') {
        const realm = `http://${request.headers.host ?? ''}/token`;
        const challenge = `Bearer realm="${realm}",service="test",scope="repository:debian:pull"`;
        response.writeHead(401, { 'www-authenticate': challenge }).end();
        return;
      }
      response.writeHead(307, { location: `${storage.origin}/blob` }).end();
    });
    const repository = registry.open('registry', { credentials: { userName: 'ann', password: 'secret' } });
    const first = Buffer.concat(await Array.fromAsync(repository.readBlob(digest, range)));
    expect(first.equals(wanted)).toBe(true);
    await Array.fromAsync(repository.readBlob(digest, range));
    await repository[Symbol.asyncDispose]();
    expect(registry.seen.map((request) => request.url?.startsWith('/token'))).toEqual([
      false,
      true,
      false,
      false,
    ]);
    expect(storage.seen.map((request) => request.headers.authorization)).toEqual([undefined, undefined]);
  });

  it('sends the header it is given, and reports a refusal', async () => {
    await using registry = await serverThat((request, response) => {
      if (request.headers.authorization === 'Bearer mine') answerRange(bytes, request, response);
      else response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
    });
    const mine = registry.open('registry', { authorize: () => Promise.resolve('Bearer mine') });
    expect((await read(mine)).equals(wanted)).toBe(true);
    await expect(read(registry.open('registry'))).rejects.toMatchObject({ code: 'REPOSITORY_REFUSED' });
  });

  it('does not wait for its header once nobody wants the answer', async () => {
    await using registry = await serverThat((request, response) => answerRange(bytes, request, response));
    const never = Promise.withResolvers<string>();
    await using repository = registry.open('registry', { authorize: () => never.promise });
    const stop = new AbortController();
    const reading = Array.fromAsync(repository.readBlob(digest, range, { signal: stop.signal }));
    stop.abort();
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
    expect(registry.seen).toEqual([]);
  });

  it('understands challenges', () => {
    expect(parseChallenge('Bearer realm="https://a/t",service="s",scope="a:b:pull,push"')).toEqual({
      scheme: 'bearer',
      parameters: { realm: 'https://a/t', service: 's', scope: 'a:b:pull,push' },
    });
    expect(parseChallenge('Negotiate, Basic realm=x')).toMatchObject({ scheme: 'basic' });
    expect(parseChallenge(undefined)).toBeUndefined();
  });
});
