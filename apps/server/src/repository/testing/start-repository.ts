import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, systemClock } from '@carrel/kit';
import fastify from 'fastify';
import { openStorage, type RepositoryCaller, type RepositoryStorage, repositoryPlugin } from '../index.ts';

/** Who may do what in tests: `name:password` of HTTP Basic. */
export const credentials = {
  publisher: `Basic ${btoa('publisher:secret-of-publisher')}`,
  reader: `Basic ${btoa('reader:secret-of-reader')}`,
} as const;

export interface TestRepository extends AsyncDisposable {
  /** `http(s)://127.0.0.1:PORT` */
  readonly origin: string;
  readonly host: string;
  readonly folder: string;
  readonly storage: RepositoryStorage;
  /** Calls the repository as the publisher unless other headers say otherwise. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
}

export interface TestRepositoryOptions {
  readonly folder?: string;
  readonly clock?: Clock;
  readonly maximumUploads?: number;
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly port?: number;
}

/** Starts a repository on the loopback interface, in a folder of its own unless one is given. */
export async function startRepository(options: TestRepositoryOptions = {}): Promise<TestRepository> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'carrel-repository-')));
  const clock = options.clock ?? systemClock;
  const { maximumUploads, tls } = options;
  const storage = await openStorage({
    folder,
    clock,
    ...(maximumUploads === undefined ? {} : { maximumUploads }),
  });
  const app = fastify({ forceCloseConnections: true, https: tls ?? null });
  await app.register(repositoryPlugin, { storage, clock, verifyCredentials });
  await app.listen({ host: '127.0.0.1', port: options.port ?? 0 });
  const { port } = app.server.address() as AddressInfo;
  const host = `127.0.0.1:${port}`;
  const origin = `${tls ? 'https' : 'http'}://${host}`;
  return {
    origin,
    host,
    folder,
    storage,
    fetch: (path, init = {}) => {
      const headers = new Headers(init.headers);
      if (!headers.has('authorization')) headers.set('authorization', credentials.publisher);
      return fetch(origin + path, { ...init, headers });
    },
    [Symbol.asyncDispose]: async () => {
      await app.close();
      await storage[Symbol.asyncDispose]();
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

function verifyCredentials(header: string): Promise<RepositoryCaller | undefined> {
  if (header === credentials.publisher) return Promise.resolve({ subject: 'publisher', canPush: true });
  if (header === credentials.reader) return Promise.resolve({ subject: 'reader', canPush: false });
  return Promise.resolve(undefined);
}
