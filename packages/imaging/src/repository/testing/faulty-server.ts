import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { systemClock } from '@carrel/kit';
import type { HttpOptions } from '../http/http-options.ts';
import { RegistryRepository } from '../registry/registry-repository.ts';
import type { RepositoryReader } from '../repository.ts';
import { WebLayoutRepository } from '../web-layout/web-layout-repository.ts';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Repositories that are read over HTTP, for suites that every kind has to pass. */
export const httpKinds = ['registry', 'web layout'] as const;
export type HttpKind = (typeof httpKinds)[number];

export interface FaultyServer extends AsyncDisposable {
  readonly origin: string;
  readonly seen: readonly IncomingMessage[];
  /** A repository on it whose waits take no time. */
  open(kind: HttpKind, options?: HttpOptions): RepositoryReader;
}

/** A server that misbehaves as told, on a port of this computer. */
export async function serverThat(handler: Handler): Promise<FaultyServer> {
  const seen: IncomingMessage[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    seen.push(request);
    handler(request, response);
  });
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const origin = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  return {
    origin,
    seen,
    open: (kind, options = {}) => {
      const all = { clock: impatientClock(), random: () => 0, ...options };
      return kind === 'registry'
        ? new RegistryRepository({ origin, name: 'debian' }, all)
        : new WebLayoutRepository({ origin, path: '/images', name: 'debian' }, all);
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The machine's clock, but whoever sleeps wakes at once; `slept` notes for how long it would have been. */
export function impatientClock(slept: number[] = []): typeof systemClock {
  return {
    ...systemClock,
    sleep: (delayMs) => {
      slept.push(delayMs);
      return Promise.resolve();
    },
  };
}

/** Answers everything the same. */
export const answering =
  (status: number, headers: Record<string, string | number> = {}, body: Uint8Array | string = ''): Handler =>
  (_, response) =>
    response.writeHead(status, headers).end(body);

/** Answers a range request as it should be, or only up to `end`, and then breaks the connection. */
export function answerRange(
  bytes: Uint8Array,
  request: IncomingMessage,
  response: ServerResponse,
  end?: number,
): void {
  const asked = /bytes=(\d+)-(\d+)?/.exec(request.headers.range ?? '');
  const from = Number(asked?.[1] ?? 0);
  const to = asked?.[2] === undefined ? bytes.length : Number(asked[2]) + 1;
  const headers = { 'content-range': `bytes ${from}-${to - 1}/${bytes.length}`, 'content-length': to - from };
  if (asked === null) response.writeHead(200, { 'content-length': bytes.length });
  else response.writeHead(206, headers);
  if (end === undefined || end >= to) response.end(bytes.subarray(from, to));
  else response.write(bytes.subarray(from, Math.max(from, end)), () => response.destroy());
}
