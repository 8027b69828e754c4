import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { digestOf } from '../../format/manifest.ts';
import { startDockerRegistry } from '../../testing/docker-registry.ts';
import { type FaultyServer, impatientClock, serverThat } from '../testing/faulty-server.ts';
import { RegistryRepository } from './registry-repository.ts';

const bytes = randomBytes(3_000_000);
const digest = digestOf(bytes);
const content = {
  digest,
  sizeBytes: bytes.length,
  *chunks() {
    for (let at = 0; at < bytes.length; at += 50_000) yield bytes.subarray(at, at + 50_000);
  },
};

/** A registry of one blob. The connection breaks when as many bytes of an upload have come as `breaks` says next. */
class UploadRegistry {
  readonly breaks: number[];
  readonly begun: string[] = [];
  keeps: (received: Buffer) => Buffer | undefined = (received) => received;
  isAnswerLost = false;
  sentBytes = 0;
  stored: Buffer | undefined;
  #upload: Buffer = Buffer.alloc(0);

  constructor(...breaks: number[]) {
    this.breaks = breaks;
  }

  serve(): Promise<FaultyServer> {
    return serverThat((request, response) => {
      if (request.method === 'PUT') void this.#receive(request, response);
      else this.#answer(request, response);
    });
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    if (request.method === 'HEAD') {
      const headers = { 'content-length': this.stored?.length ?? 0 };
      response.writeHead(this.stored ? 200 : 404, headers).end();
    } else if (request.method === 'POST') {
      this.#upload = Buffer.alloc(0);
      this.begun.push(request.url ?? '');
      response.writeHead(202, { location: '/v2/debian/blobs/uploads/1?state=a' }).end();
    } else {
      const kept = this.keeps(this.#upload);
      if (kept === undefined) response.writeHead(404).end();
      else {
        this.#upload = kept;
        response.writeHead(204, { range: `0-${Math.max(0, kept.length - 1)}` }).end();
      }
    }
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const start = Number(/^(\d+)-/.exec(request.headers['content-range'] ?? '')?.[1] ?? 0);
    if (start !== 0 && start !== this.#upload.length) return void response.writeHead(416).end();
    const limit = this.breaks.shift() ?? Number.POSITIVE_INFINITY;
    for await (const chunk of request as AsyncIterable<Buffer>) {
      this.#upload = Buffer.concat([this.#upload, chunk]);
      this.sentBytes += chunk.length;
      if (this.#upload.length >= limit) return void response.destroy();
    }
    if (digestOf(this.#upload) !== digest) {
      const errors = [{ code: 'DIGEST_INVALID' }];
      return void response
        .writeHead(400, { 'content-type': 'application/json' })
        .end(JSON.stringify({ errors }));
    }
    this.stored = this.#upload;
    if (this.isAnswerLost) response.destroy();
    else response.writeHead(201).end();
  }
}

async function push(registry: UploadRegistry, attempts = 5): Promise<void> {
  await using server = await registry.serve();
  const options = { clock: impatientClock(), attempts };
  await using repository = new RegistryRepository({ origin: server.origin, name: 'debian' }, options);
  expect(await repository.writeBlob(content)).toEqual({ isNew: true });
}

describe('an upload', () => {
  it('goes on where the registry says it stopped', async () => {
    const registry = new UploadRegistry(1_000_000, 1_500_000, 2_500_000);
    await push(registry, 2);
    expect(registry.stored?.equals(bytes)).toBe(true);
    expect([registry.sentBytes, registry.begun.length]).toEqual([bytes.length, 1]);
  });

  it('is only concluded when everything had come', async () => {
    const registry = new UploadRegistry(bytes.length);
    await push(registry);
    expect(registry.stored?.equals(bytes)).toBe(true);
    expect(registry.sentBytes).toBe(bytes.length);
  });

  it.each([
    ['knows nothing of it any more', () => undefined],
    ['kept none of it', () => Buffer.alloc(0)],
    ['kept something else', (received: Buffer) => Buffer.alloc(received.length, 7)],
    ['kept more than was sent', () => Buffer.alloc(4_000_000)],
  ])('is sent again to a registry that %s', async (_, keeps) => {
    const registry = new UploadRegistry(1_000_000);
    registry.keeps = keeps;
    await push(registry);
    expect(registry.stored?.equals(bytes)).toBe(true);
    expect(registry.begun).toHaveLength(2);
  });

  it('of which only the answer was lost is not sent again', async () => {
    const registry = new UploadRegistry();
    registry.isAnswerLost = true;
    await push(registry);
    expect([registry.sentBytes, registry.begun.length]).toEqual([bytes.length, 1]);
  });

  it('that gets nowhere is given up, and one of wrong bytes is not repeated', async () => {
    const stuck = new UploadRegistry(100, 200, 300, 400);
    await expect(push(stuck, 3)).rejects.toMatchObject({ code: 'REPOSITORY_UNREACHABLE' });
    const registry = new UploadRegistry();
    await using server = await registry.serve();
    await using repository = new RegistryRepository({ origin: server.origin, name: 'debian' }, {});
    const wrong = { ...content, chunks: () => [Buffer.alloc(bytes.length)] };
    await expect(repository.writeBlob(wrong)).rejects.toMatchObject({ code: 'IMAGE_DATA_DAMAGED' });
    expect(registry.begun).toHaveLength(1);
  });

  it('to docker-registry over a line that breaks arrives', async () => {
    await using registry = await startDockerRegistry();
    await using line = await lineThatBreaks(Number(new URL(registry.origin).port), 1_000_000);
    const options = { clock: impatientClock() };
    await using repository = new RegistryRepository({ origin: line.origin, name: 'debian' }, options);
    expect(await repository.writeBlob(content)).toEqual({ isNew: true });
    expect(line.breaks()).toBe(1);
    const read = Buffer.concat(await Array.fromAsync(repository.readBlob(digest)));
    expect(read.equals(bytes)).toBe(true);
  });
});

/** A line to a port of this computer that breaks once, when so many bytes went that way. */
async function lineThatBreaks(port: number, afterBytes: number) {
  let [sentBytes, breaks] = [0, 0];
  const server = createServer((client) => {
    const to = connect(port, '127.0.0.1');
    client.on('data', (chunk) => {
      sentBytes += chunk.length;
      if (sentBytes >= afterBytes && breaks === 0) {
        breaks += 1;
        client.destroy();
        to.destroy();
      } else to.write(chunk);
    });
    to.pipe(client);
    client.on('error', () => to.destroy()).on('close', () => to.destroy());
    to.on('error', () => client.destroy()).on('close', () => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const linePort = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    origin: `http://127.0.0.1:${linePort}`,
    breaks: () => breaks,
    [Symbol.asyncDispose]: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}
