import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAppError } from '@carrel/kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestOf } from '../../format/manifest.ts';
import { sampleBytes } from '../../testing/memory-disk.ts';
import type { BlobRange, ReadOptions, RepositoryReader } from '../repository.ts';
import {
  answering,
  answerRange,
  type Handler,
  httpKinds,
  impatientClock,
  serverThat,
} from '../testing/faulty-server.ts';
import { TransferMeter } from '../transfer-meter.ts';

const bytes = Buffer.from(sampleBytes(2_000_000, 1));
const digest = digestOf(bytes);
const range = { offsetBytes: 1_500_000, lengthBytes: 100_000 };
const wanted = bytes.subarray(1_500_000, 1_600_000);

async function read(repository: RepositoryReader, of: BlobRange = range, options?: ReadOptions) {
  return Buffer.concat(await Array.fromAsync(repository.readBlob(digest, of, options)));
}

const rangeHeaders = { 'content-range': `bytes 1500000-1599999/${bytes.length}` };

describe.each(httpKinds)('the server of a %s that', (kind) => {
  it('breaks off is asked for the rest', async () => {
    await using server = await serverThat((request, response) =>
      answerRange(bytes, request, response, server.seen.length === 1 ? 1_540_000 : undefined),
    );
    await using repository = server.open(kind);
    expect((await read(repository)).equals(wanted)).toBe(true);
    expect(server.seen.at(-1)?.headers.range).toMatch(/^bytes=15[1-4]\d+-1599999$/);
  });

  it('breaks off again and again is borne as long as it gives something', async () => {
    const whole = { offsetBytes: 0, lengthBytes: bytes.length };
    await using server = await serverThat((request, response) => {
      const from = Number(/bytes=(\d+)/.exec(request.headers.range ?? '')?.[1]);
      answerRange(bytes, request, response, from + 200_000);
    });
    await using repository = server.open(kind, { attempts: 2 });
    expect((await read(repository, whole)).equals(bytes)).toBe(true);
    await using stingy = await serverThat((request, response) => {
      const from = Number(/bytes=(\d+)/.exec(request.headers.range ?? '')?.[1]);
      answerRange(bytes, request, response, from + 1);
    });
    await using other = stingy.open(kind, { attempts: 3 });
    await expect(read(other)).rejects.toMatchObject({ code: 'REPOSITORY_UNREACHABLE' });
    expect(stingy.seen).toHaveLength(3);
  });

  it('gives less of a range than asked for is asked for the rest', async () => {
    await using server = await serverThat((request, response) => {
      const [, first, last] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '') ?? [];
      request.headers.range = `bytes=${first}-${Math.min(Number(last), Number(first) + 69_999)}`;
      answerRange(bytes, request, response);
    });
    const slept: number[] = [];
    await using repository = server.open(kind, { clock: impatientClock(slept) });
    expect((await read(repository)).equals(wanted)).toBe(true);
    expect([server.seen.length, slept]).toEqual([2, []]);
  });

  it('sends more of a range than it says, or ends too early without saying its length', async () => {
    let body = bytes.subarray(1_500_000);
    await using server = await serverThat((_, response) => {
      response.writeHead(206, rangeHeaders);
      for (let at = 0; at < body.length; at += 30_000) response.write(body.subarray(at, at + 30_000));
      response.end();
    });
    await using repository = server.open(kind, { attempts: 2 });
    expect((await read(repository)).equals(wanted)).toBe(true);
    body = bytes.subarray(1_500_000, 1_510_000);
    await expect(read(repository)).rejects.toMatchObject({ code: 'REPOSITORY_ANSWER_UNEXPECTED' });
  });

  it('is asked for a whole blob without a range', async () => {
    await using server = await serverThat((request, response) => answerRange(bytes, request, response));
    await using repository = server.open(kind);
    const whole = { offsetBytes: 0, lengthBytes: bytes.length, blobBytes: bytes.length };
    expect((await read(repository, whole)).equals(bytes)).toBe(true);
    expect(Buffer.concat(await Array.fromAsync(repository.readBlob(digest))).equals(bytes)).toBe(true);
    await expect(
      read(repository, { ...whole, lengthBytes: 3_000_000, blobBytes: 3_000_000 }),
    ).rejects.toMatchObject({ code: 'IMAGE_DATA_DAMAGED' });
    expect(server.seen.map((request) => request.headers.range)).toEqual([undefined, undefined, undefined]);
  });

  it('is busy is given the time it asks for, by its own clock', async () => {
    const slept: number[] = [];
    const busy = [
      { 'retry-after': '7' },
      { 'retry-after': 'Thu, 01 Jan 1998 00:00:30 GMT', date: 'Thu, 01 Jan 1998 00:00:00 GMT' },
      { 'retry-after': 'soon' },
    ];
    await using server = await serverThat((request, response) => {
      const headers = busy.shift();
      if (headers) response.writeHead(busy.length === 2 ? 429 : 503, headers).end();
      else answerRange(bytes, request, response);
    });
    await using repository = server.open(kind, { clock: impatientClock(slept) });
    expect((await read(repository)).equals(wanted)).toBe(true);
    expect(slept).toEqual([7000, 30_000, 500]);
  });

  it('asks to be left alone for long is not waited for', async () => {
    await using server = await serverThat(answering(429, { 'retry-after': '3600' }));
    await using repository = server.open(kind);
    await expect(read(repository)).rejects.toMatchObject({
      code: 'REPOSITORY_UNREACHABLE',
      details: { retryAfterSeconds: 3600 },
    });
    expect(server.seen).toHaveLength(1);
  });

  const wrong: readonly (readonly [string, Handler, string])[] = [
    ['fails for good', answering(503), 'REPOSITORY_UNREACHABLE'],
    ['denies access', answering(403), 'REPOSITORY_REFUSED'],
    [
      'answers with a web page',
      answering(200, { 'content-type': 'text/html; charset=utf-8' }, '<html>Sign in</html>'),
      'REPOSITORY_ANSWER_UNEXPECTED',
    ],
    [
      'answers with another range',
      answering(206, { 'content-range': `bytes 0-99999/${bytes.length}` }, bytes.subarray(0, 100_000)),
      'REPOSITORY_ANSWER_UNEXPECTED',
    ],
    [
      'answers with a longer range',
      answering(206, { 'content-range': `bytes 1500000-1999999/${bytes.length}` }, bytes.subarray(1_500_000)),
      'REPOSITORY_ANSWER_UNEXPECTED',
    ],
    [
      'answers with several ranges',
      answering(206, { 'content-type': 'multipart/byteranges; boundary=x' }, '--x--'),
      'REPOSITORY_ANSWER_UNEXPECTED',
    ],
    [
      'answers with a range of a shorter blob',
      answering(206, { 'content-range': 'bytes 1500000-1500009/1500010' }, bytes.subarray(0, 10)),
      'IMAGE_DATA_DAMAGED',
    ],
    ['has a shorter blob', answering(416, { 'content-range': 'bytes */1000' }), 'IMAGE_DATA_DAMAGED'],
    [
      'has a shorter blob and ignores ranges',
      answering(200, { 'content-length': 5 }, 'short'),
      'IMAGE_DATA_DAMAGED',
    ],
    [
      'compresses what it sends',
      answering(206, { ...rangeHeaders, 'content-encoding': 'gzip' }, wanted),
      'REPOSITORY_ANSWER_UNEXPECTED',
    ],
    ['answers with another success', answering(204), 'REPOSITORY_ANSWER_UNEXPECTED'],
    [
      'redirects without end',
      (request, response) => response.writeHead(307, { location: `${request.url ?? ''}x` }).end(),
      'REPOSITORY_ANSWER_UNEXPECTED',
    ],
    ['redirects to nowhere', answering(307, { location: 'http://' }), 'REPOSITORY_ANSWER_UNEXPECTED'],
    ['lost the blob', answering(404), 'IMAGE_DATA_MISSING'],
    [
      'speaks something else',
      (_, response) => void response.socket?.end('SSH-2.0-OpenSSH_9.2\r\n'),
      'REPOSITORY_UNREACHABLE',
    ],
  ];
  it.each(wrong)('%s is reported with a code', async (_, handler, code) => {
    await using server = await serverThat(handler);
    await using repository = server.open(kind, { attempts: 2 });
    await expect(read(repository)).rejects.toMatchObject({ code });
  });

  it('ignores ranges is borne until too much would be thrown away', async () => {
    await using server = await serverThat((_, response) => response.writeHead(200).end(bytes));
    await using repository = server.open(kind);
    const meter = new TransferMeter();
    const near = { offsetBytes: 900_000, lengthBytes: 50_000 };
    for (let request = 0; request < 9; request += 1) {
      const part = await read(repository, near, { meter });
      expect(part.equals(bytes.subarray(900_000, 950_000))).toBe(true);
    }
    await expect(read(repository, near, { meter })).rejects.toMatchObject({
      code: 'REPOSITORY_WITHOUT_RANGES',
    });
    expect(meter.bytesDownloaded).toBeGreaterThan(9 * 950_000);
    expect(meter.bytesDownloaded).toBeLessThan(12_000_000);
  });

  it('sends nothing is given up', async () => {
    await using server = await serverThat(() => undefined);
    await using repository = server.open(kind, { attempts: 2, stallTimeoutMs: 100 });
    await expect(read(repository)).rejects.toMatchObject({ code: 'REPOSITORY_UNREACHABLE' });
    expect(server.seen).toHaveLength(2);
  });

  it('falls silent in the middle is asked for the rest', async () => {
    await using server = await serverThat((request, response) => {
      if (server.seen.length > 1) answerRange(bytes, request, response);
      else response.writeHead(206, rangeHeaders).write(wanted.subarray(0, 70_000));
    });
    await using repository = server.open(kind, { stallTimeoutMs: 100 });
    expect((await read(repository)).equals(wanted)).toBe(true);
    expect(server.seen.at(-1)?.headers.range).toBe('bytes=1570000-1599999');
  });

  it.each([
    ['its data', 'HTTP/1.1 206 Partial Content\r\ncontent-range: bytes 1500000-1599999/2000000\r\n\r\n'],
    ['an error', 'HTTP/1.1 503 Busy\r\ncontent-length: 100000\r\n\r\n'],
    ['its headers', 'HTTP/1.1 206 Partial Content\r\nx: '],
  ])('trickles %s is given up', async (_, start) => {
    const timers: NodeJS.Timeout[] = [];
    await using server = await serverThat((_request, response) => {
      response.socket?.write(start);
      timers.push(setInterval(() => response.socket?.write('x'), 20));
    });
    await using repository = server.open(kind, { attempts: 1, stallTimeoutMs: 200 });
    await expect(read(repository)).rejects.toMatchObject({ code: 'REPOSITORY_UNREACHABLE' });
    for (const timer of timers) clearInterval(timer);
  });

  it('is waited for when the limit on the rate is what makes it slow', async () => {
    await using server = await serverThat((request, response) => answerRange(bytes, request, response));
    await using repository = server.open(kind, { attempts: 1, stallTimeoutMs: 50 });
    const limiter = { take: () => sleep(80) };
    expect((await read(repository, range, { limiter })).equals(wanted)).toBe(true);
  });

  it('is not there is reported with a code', async () => {
    const gone = await serverThat(() => undefined);
    await gone[Symbol.asyncDispose]();
    await using repository = gone.open(kind, { attempts: 2 });
    await expect(read(repository)).rejects.toMatchObject({ code: 'REPOSITORY_UNREACHABLE' });
    await expect(repository.resolve('1')).rejects.toMatchObject({ code: 'REPOSITORY_UNREACHABLE' });
  });

  it('is let go at once when the read is cancelled or left', async () => {
    let closed: Promise<unknown> = Promise.resolve();
    await using server = await serverThat((_, response: ServerResponse) => {
      closed = once(response, 'close');
      response.writeHead(206, rangeHeaders).write(wanted.subarray(0, 1000));
    });
    await using repository = server.open(kind);
    const stop = new AbortController();
    const reading = read(repository, range, { signal: stop.signal });
    while (server.seen.length === 0) await sleep(5);
    stop.abort();
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
    await closed;
    for await (const chunk of repository.readBlob(digest, range)) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    await closed;
  });

  it('redirects elsewhere gets no credentials there', async () => {
    await using storage = await serverThat((request, response) => answerRange(bytes, request, response));
    await using server = await serverThat((_, response) =>
      response.writeHead(307, { location: `${storage.origin}/blob` }).end(),
    );
    await using repository = server.open(kind, { authorize: () => Promise.resolve('Bearer secret') });
    expect((await read(repository)).equals(wanted)).toBe(true);
    expect(server.seen[0]?.headers.authorization).toBe('Bearer secret');
    expect(storage.seen[0]?.headers.authorization).toBeUndefined();
  });

  it('does any of this in any order gives the right bytes or an error with a code', async () => {
    const fault = fc.oneof(
      fc.constant({ kind: 'good' as const }),
      fc.record({ kind: fc.constant('break' as const), after: fc.nat(100_000) }),
      fc.record({ kind: fc.constant('short' as const), give: fc.integer({ min: 1, max: 100_000 }) }),
      fc.record({ kind: fc.constant('status' as const), status: fc.constantFrom(429, 500, 503, 404, 416) }),
      fc.constant({ kind: 'whole' as const }),
      fc.constant({ kind: 'page' as const }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fault, { maxLength: 8 }), async (faults) => {
        await using server = await serverThat((request, response) => {
          const now = faults[server.seen.length - 1] ?? { kind: 'good' };
          const [, first, last] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '') ?? [];
          if (now.kind === 'break') answerRange(bytes, request, response, Number(first) + now.after);
          else if (now.kind === 'status') response.writeHead(now.status).end();
          else if (now.kind === 'whole') response.writeHead(200).end(bytes);
          else if (now.kind === 'page')
            answering(200, { 'content-type': 'text/html' }, 'x')(request, response);
          else {
            const end = now.kind === 'short' ? Math.min(Number(last), Number(first) + now.give - 1) : last;
            request.headers.range = `bytes=${first}-${end}`;
            answerRange(bytes, request, response);
          }
        });
        await using repository = server.open(kind, { attempts: 3 });
        const outcome = await read(repository).catch((error: unknown) => error);
        if (isAppError(outcome)) expect(faults).not.toEqual([]);
        else expect(Buffer.isBuffer(outcome) && outcome.equals(wanted)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});
