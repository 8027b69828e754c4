import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { FrameStore, RateLimiter, SharedImage } from '@carrel/imaging';
import { isAbortError, isAppError } from '@carrel/kit';
import { type PeerKey, peerTls } from './peer-key.ts';
import { fetchHeader, type HeldAnswer, maxRequestBytes } from './peer-messages.ts';
import { UploadSlots } from './upload-slots.ts';

export interface FrameServerOptions {
  readonly address: string;
  /** Used when it is free, else another one. */
  readonly port: number;
  readonly store: FrameStore;
  /** The keys whose holders are answered, at any time. */
  readonly keys: () => readonly PeerKey[];
  /** Images that are being fetched, at any time. */
  readonly images: () => readonly SharedImage[];
  readonly maximumUploads: number;
  /** Bounds everything that is sent. */
  readonly limiter: RateLimiter;
  readonly onSent: (bytes: number) => void;
  readonly onTrouble: (error: unknown) => void;
}

interface Wanted {
  readonly packDigest: string;
  readonly range: { readonly offsetBytes: number; readonly lengthBytes: number };
  readonly mayFetch: boolean;
}

const maxConnections = 128;
/** A peer has a connection to ask and a few to take. */
const maxConnectionsPerAddress = 8;
const handshakeMs = 3_000;
const idleMs = 15_000;
/** While frames are fetched for a peer it is told that they are, this often. */
const beatMs = 350;
/** So often in a row although nothing was received meanwhile. */
const beatsOnTrust = 3;

/**
 * Hands out sealed frames on one address, to whoever holds the key they are sealed with: the TLS handshake fails
 * for everybody else, and for unknown keys alike.
 */
export class FrameServer implements AsyncDisposable {
  readonly port: number;
  readonly #options: FrameServerOptions;
  readonly #server: Server;
  readonly #slots: UploadSlots;
  readonly #keyOf: WeakMap<Socket, PeerKey>;

  private constructor(options: FrameServerOptions, server: Server, keyOf: WeakMap<Socket, PeerKey>) {
    this.#options = options;
    this.#server = server;
    this.#keyOf = keyOf;
    this.#slots = new UploadSlots(options.maximumUploads);
    this.port = (server.address() as AddressInfo).port;
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      this.#answer(request, response).catch((error: unknown) => {
        // What cannot be had from the repository now; an answer that was begun is seen to be short.
        if (response.headersSent) response.destroy();
        else refuse(response, 503);
        if (!isAppError(error) && !isAbortError(error)) options.onTrouble(error);
      });
    });
  }

  static async start(options: FrameServerOptions): Promise<FrameServer> {
    const keyOf = new WeakMap<Socket, PeerKey>();
    const server = createServer({
      ...peerTls,
      pskCallback: (socket, identity) => {
        const key = options.keys().find((each) => each.identity === identity);
        if (key) keyOf.set(socket, key);
        // Who names an unknown key fails as one who does not hold a known one.
        return key?.secret ?? randomBytes(32);
      },
      handshakeTimeout: handshakeMs,
      headersTimeout: handshakeMs,
      requestTimeout: handshakeMs,
      keepAliveTimeout: idleMs,
      maxHeaderSize: 4096,
    });
    server.maxConnections = maxConnections;
    boundConnections(server);
    // Strangers who do not get through the handshake: as many as they like.
    server.on('tlsClientError', () => undefined);
    try {
      await listen(server, options.address, options.port);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
      await listen(server, options.address, 0);
    }
    return new FrameServer(options, server, keyOf);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const key = this.#keyOf.get(request.socket);
    const isGood = key !== undefined && this.#options.keys().includes(key);
    const [, what, hex] = /^\/(held|frames)\/([0-9a-f]{64})$/.exec(request.url ?? '') ?? [];
    const packDigest = `sha256:${hex ?? ''}`;
    if (!isGood || request.method !== 'GET') refuse(response, 404);
    else if (what === 'held') this.#answerHeld(packDigest, key, response);
    else if (what === 'frames') await this.#answerFrames(packDigest, key, request, response);
    else refuse(response, 404);
  }

  async #answerFrames(
    packDigest: string,
    key: PeerKey,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const range = parseRange(request.headers.range);
    const release = range && this.#slots.take(request.socket.remoteAddress ?? '');
    if (!release) {
      refuse(response, range ? 503 : 416);
      return;
    }
    try {
      const mayFetch = request.headers[fetchHeader] !== undefined;
      await this.#send({ packDigest, range, mayFetch }, key, response);
    } finally {
      release();
    }
  }

  #answerHeld(packDigest: string, key: PeerKey, response: ServerResponse): void {
    const { store } = this.#options;
    const held = store.keyIdOf(packDigest) === key.keyId ? store.held(packDigest) : [];
    const answer: HeldAnswer = {
      held: held.map(({ offsetBytes, lengthBytes }) => [offsetBytes, lengthBytes]),
      isFetching: this.#imageOf(packDigest, key) !== undefined,
    };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  }

  async #send(wanted: Wanted, key: PeerKey, response: ServerResponse): Promise<void> {
    const { limiter, onSent } = this.#options;
    const frames = await this.#find(wanted, key);
    if (!frames) {
      refuse(response, 404);
      return;
    }
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const first = await this.#withBeats(frames[0], wanted, key, response, gone.signal);
    response.writeHead(206, { 'content-length': wanted.range.lengthBytes });
    for (const [at, frame] of frames.entries()) {
      const stored = at === 0 ? first : await frame;
      await limiter.take(stored.length, gone.signal);
      if (gone.signal.aborted) return;
      onSent(stored.length);
      if (!response.write(stored)) await once(response, 'drain', { signal: gone.signal });
    }
    response.end();
  }

  /** The frames of a range: held, or being fetched where the peer may have that; `undefined` for all else. */
  async #find(
    { packDigest, range, mayFetch }: Wanted,
    key: PeerKey,
  ): Promise<readonly Promise<Uint8Array>[] | undefined> {
    const { store } = this.#options;
    if (mayFetch) {
      const image = this.#imageOf(packDigest, key);
      if (image) return image.provide(packDigest, range);
    }
    if (store.keyIdOf(packDigest) !== key.keyId) return undefined;
    const held = await store.read(packDigest, range);
    const heldBytes = held.reduce((sum, { stored }) => sum + stored.length, 0);
    return heldBytes === range.lengthBytes ? held.map(({ stored }) => Promise.resolve(stored)) : undefined;
  }

  /** Waits for a frame, telling the peer every now and then that it is coming. */
  async #withBeats(
    frame: Promise<Uint8Array> | undefined,
    { packDigest }: Wanted,
    key: PeerKey,
    response: ServerResponse,
    gone: AbortSignal,
  ): Promise<Uint8Array> {
    const progress = (): number => this.#imageOf(packDigest, key)?.counters().bytesFromOrigin ?? 0;
    let [trusted, before] = [beatsOnTrust, progress()];
    const beats = setInterval(() => {
      const now = progress();
      trusted = now === before ? trusted - 1 : beatsOnTrust;
      before = now;
      if (trusted >= 0 && !response.headersSent && !gone.aborted) response.writeProcessing();
    }, beatMs);
    try {
      return (await frame) ?? new Uint8Array(0);
    } finally {
      clearInterval(beats);
    }
  }

  #imageOf(packDigest: string, { keyId }: PeerKey): SharedImage | undefined {
    return this.#options.images().find((image) => image.keyId === keyId && image.has(packDigest));
  }
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  server.listen({ host, port });
  await once(server, 'listening');
}

/** One address does not take all connections. */
function boundConnections(server: Server): void {
  const counts = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    const count = (counts.get(address) ?? 0) + 1;
    counts.set(address, count);
    socket.setTimeout(idleMs, () => socket.destroy());
    socket.once('close', () => {
      const left = (counts.get(address) ?? 1) - 1;
      if (left === 0) counts.delete(address);
      else counts.set(address, left);
    });
    if (count > maxConnectionsPerAddress) socket.destroy();
  });
}

function parseRange(header: string | undefined): Wanted['range'] | undefined {
  const [, from, to] = /^bytes=(\d{1,10})-(\d{1,10})$/.exec(header ?? '') ?? [];
  const offsetBytes = Number(from);
  const lengthBytes = Number(to) - offsetBytes + 1;
  const isUsable = from !== undefined && lengthBytes >= 1 && lengthBytes <= maxRequestBytes;
  return isUsable ? { offsetBytes, lengthBytes } : undefined;
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status).end();
}
