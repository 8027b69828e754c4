import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { systemClock } from '@carrel/kit';
import { describe, expect, it } from 'vitest';
import { digestOf } from '../../format/manifest.ts';
import { sampleBytes } from '../../testing/memory-disk.ts';
import { parseChallenge } from '../http/challenge.ts';
import type { HttpOptions } from '../http/http-options.ts';
import { RegistryRepository } from './registry-repository.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const bytes = Buffer.from(sampleBytes(2_000_000, 1));
const digest = digestOf(bytes);
const range = { offsetBytes: 1_500_000, lengthBytes: 100_000 };
const wanted = bytes.subarray(1_500_000, 1_600_000);

/** A registry that misbehaves as told, on a port of this computer. */
async function registryThat(handler: Handler) {
  const seen: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    seen.push(request);
    handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const origin = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  const open = (options: HttpOptions = {}): RegistryRepository =>
    new RegistryRepository({ origin, name: 'debian' }, { clock: fastClock, random: () => 0, ...options });
  return {
    origin,
    seen,
    open,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const slept: number[] = [];
const fastClock = {
  ...systemClock,
  sleep: (delayMs: number) => {
    slept.push(delayMs);
    return Promise.resolve();
  },
};

async function read(repository: RegistryRepository): Promise<Buffer> {
  await using _closing = repository;
  return Buffer.concat(await Array.fromAsync(repository.readBlob(digest, range)));
}

function answerRange(request: IncomingMessage, response: ServerResponse, end?: number): void {
  const asked = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '');
  const [from, to] = [Number(asked?.[1]), Number(asked?.[2]) + 1];
  response.writeHead(206, {
    'content-range': `bytes ${from}-${to - 1}/${bytes.length}`,
    'content-length': to - from,
  });
  if (end === undefined) response.end(bytes.subarray(from, to));
  else response.write(bytes.subarray(from, Math.min(end, to)), () => response.destroy());
}

describe('a registry that', () => {
  it('breaks off is asked for the rest', async () => {
    let calls = 0;
    await using registry = await registryThat((request, response) => {
      calls += 1;
      answerRange(request, response, calls === 1 ? 1_540_000 : undefined);
    });
    expect((await read(registry.open())).equals(wanted)).toBe(true);
    expect(registry.seen.at(-1)?.headers.range).toMatch(/^bytes=15[1-4]\d+-1599999$/);
  });

  it('is busy is given the time it asks for', async () => {
    let calls = 0;
    await using registry = await registryThat((request, response) => {
      calls += 1;
      if (calls === 1) response.writeHead(429, { 'retry-after': '7' }).end();
      else if (calls === 2) response.writeHead(503).end();
      else answerRange(request, response);
    });
    slept.length = 0;
    expect((await read(registry.open())).equals(wanted)).toBe(true);
    expect(slept[0]).toBe(7000);
    expect(slept).toHaveLength(2);
  });

  it.each([
    [
      'fails for good',
      (_: IncomingMessage, response: ServerResponse) => response.writeHead(503).end(),
      'REPOSITORY_UNREACHABLE',
    ],
    [
      'denies access',
      (_: IncomingMessage, response: ServerResponse) => response.writeHead(403).end(),
      'REPOSITORY_REFUSED',
    ],
    [
      'answers with a web page',
      (_: IncomingMessage, response: ServerResponse) =>
        response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<html>Sign in</html>'),
      'REPOSITORY_ANSWER_UNEXPECTED',
    ],
    [
      'answers with another range',
      (_: IncomingMessage, response: ServerResponse) =>
        response
          .writeHead(206, { 'content-range': `bytes 0-99999/${bytes.length}` })
          .end(bytes.subarray(0, 100_000)),
      'REPOSITORY_ANSWER_UNEXPECTED',
    ],
    [
      'ignores ranges far into a blob',
      (_: IncomingMessage, response: ServerResponse) => response.writeHead(200).end(bytes),
      'REPOSITORY_ANSWER_UNEXPECTED',
    ],
    [
      'redirects without end',
      (request: IncomingMessage, response: ServerResponse) =>
        response.writeHead(307, { location: `${request.url ?? ''}x` }).end(),
      'REPOSITORY_ANSWER_UNEXPECTED',
    ],
    [
      'lost the blob',
      (_: IncomingMessage, response: ServerResponse) => response.writeHead(404).end(),
      'IMAGE_DATA_MISSING',
    ],
  ] as const)('%s is reported with a code', async (_, handler, code) => {
    await using registry = await registryThat(handler);
    await expect(read(registry.open({ attempts: 2 }))).rejects.toMatchObject({ code });
  });

  it('ignores a range near the start of a blob serves it all the same', async () => {
    await using registry = await registryThat((_, response) => response.writeHead(200).end(bytes));
    await using repository = registry.open();
    const near = { offsetBytes: 900_000, lengthBytes: 50_000 };
    const chunks = await Array.fromAsync(repository.readBlob(digest, near));
    expect(Buffer.concat(chunks).equals(bytes.subarray(900_000, 950_000))).toBe(true);
  });

  it('sends nothing is given up', async () => {
    await using registry = await registryThat(() => undefined);
    const repository = registry.open({ attempts: 2, stallTimeoutMs: 100 });
    await expect(read(repository)).rejects.toMatchObject({ code: 'REPOSITORY_UNREACHABLE' });
    expect(registry.seen).toHaveLength(2);
  });

  it('trickles is given up', async () => {
    const timers: NodeJS.Timeout[] = [];
    await using registry = await registryThat((_, response) => {
      const headers = { 'content-range': `bytes 1500000-1599999/${bytes.length}`, 'content-length': 100_000 };
      response.writeHead(206, headers);
      timers.push(setInterval(() => response.write('x'), 20));
    });
    const repository = registry.open({ attempts: 1, stallTimeoutMs: 200 });
    await expect(read(repository)).rejects.toMatchObject({ code: 'REPOSITORY_UNREACHABLE' });
    for (const timer of timers) clearInterval(timer);
  });

  it('is not there is reported with a code', async () => {
    const gone = await registryThat(() => undefined);
    await gone[Symbol.asyncDispose]();
    await expect(gone.open({ attempts: 2 }).resolve('1')).rejects.toMatchObject({
      code: 'REPOSITORY_UNREACHABLE',
    });
  });

  it('answers a manifest with other bytes than its digest is refused', async () => {
    await using registry = await registryThat((_, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}'),
    );
    await using repository = registry.open();
    await expect(repository.resolve(digest)).rejects.toMatchObject({ code: 'IMAGE_DATA_DAMAGED' });
  });
});

describe('authorization', () => {
  it('fetches a token for a Bearer challenge, keeps it, and never sends it elsewhere', async () => {
    await using storage = await registryThat(answerRange);
    await using registry = await registryThat((request, response) => {
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
    const repository = registry.open({ credentials: { userName: 'ann', password: 'secret' } });
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
    await using registry = await registryThat((request, response) => {
      if (request.headers.authorization === 'Bearer mine') answerRange(request, response);
      else response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
    });
    const mine = registry.open({ authorize: () => Promise.resolve('Bearer mine') });
    expect((await read(mine)).equals(wanted)).toBe(true);
    await expect(read(registry.open())).rejects.toMatchObject({ code: 'REPOSITORY_REFUSED' });
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
