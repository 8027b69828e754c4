import { createServer, type IncomingMessage, type ServerResponse, request as sendRequest } from 'node:http';

type Serve = (request: IncomingMessage, response: ServerResponse) => boolean;

/** A registry reached through something that does not always pass on what it should. */
export interface RegistryProxy extends AsyncDisposable {
  readonly origin: string;
  /** Gives these bytes, honouring ranges, in the place of a blob. */
  replaceBlob(digest: string, bytes: Uint8Array): void;
  /** Called for each request before it is passed on, with the number of those before it. */
  onRequest: ((number: number, request: IncomingMessage) => void) | undefined;
  /** Passes everything on unchanged again. */
  reset(): void;
}

/** Starts a proxy before a registry, on a free port of this computer. */
export async function startRegistryProxy(registry: string): Promise<RegistryProxy> {
  const replaced = new Map<string, Uint8Array>();
  let requests = 0;
  const serveReplaced: Serve = (request, response) => {
    const bytes = request.method === 'GET' && replaced.get(request.url?.split('/').at(-1) ?? '');
    if (!bytes) return false;
    serveRange(bytes, request, response);
    return true;
  };
  const server = createServer((request, response) => {
    proxy.onRequest?.(requests, request);
    requests += 1;
    if (!serveReplaced(request, response)) passOn(registry, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const proxy: RegistryProxy = {
    origin: `http://127.0.0.1:${port}`,
    replaceBlob: (digest, bytes) => replaced.set(digest, bytes),
    onRequest: undefined,
    reset: () => {
      replaced.clear();
      requests = 0;
      proxy.onRequest = undefined;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}

function serveRange(bytes: Uint8Array, request: IncomingMessage, response: ServerResponse): void {
  const [, from = '0', to = ''] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
  const [start, end] = [Number(from), Math.min(bytes.length, to === '' ? bytes.length : Number(to) + 1)];
  if (request.headers.range === undefined) {
    response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
  } else if (start >= bytes.length) {
    response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
  } else {
    response.writeHead(206, {
      'content-range': `bytes ${start}-${end - 1}/${bytes.length}`,
      'content-length': end - start,
    });
    response.end(bytes.subarray(start, end));
  }
}

function passOn(registry: string, request: IncomingMessage, response: ServerResponse): void {
  // The registry names itself by this header in the places of its uploads, so those come through here as well.
  const passed = sendRequest(new URL(request.url ?? '/', registry), {
    method: request.method ?? 'GET',
    headers: request.headers,
  });
  passed.on('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  passed.on('error', () => response.destroy());
  request.on('error', () => passed.destroy());
  request.pipe(passed);
}
