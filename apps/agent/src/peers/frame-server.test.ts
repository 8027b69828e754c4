import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { get } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRateLimiter, FrameStore, repositoryKeyFrom, type SharedImage } from '@carrel/imaging';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FrameServer } from './frame-server.ts';
import { derivePeerKey, type PeerKey, peerTls } from './peer-key.ts';
import { PeerLink } from './peer-link.ts';

const key = derivePeerKey(repositoryKeyFrom(new Uint8Array(32).fill(1)));
const otherKey = derivePeerKey(repositoryKeyFrom(new Uint8Array(32).fill(2)));
const pack = `sha256:${'a'.repeat(64)}`;
const foreignPack = `sha256:${'b'.repeat(64)}`;
const unknownPack = `sha256:${'c'.repeat(64)}`;
const frame = { offsetBytes: 1_000, stored: new Uint8Array(randomBytes(60_000)) };
const range = { offsetBytes: 1_000, lengthBytes: 60_000 };
const { signal } = new AbortController();

let folder: string;
let store: FrameStore;
let server: FrameServer;
let keys: PeerKey[];
let images: SharedImage[];
let sentBytes: number;
let links: DisposableStack;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carrel-peers-'));
  store = await FrameStore.open({ folder, limitBytes: 1e9, reserveBytes: 0 });
  await store.put(pack, key.keyId, [frame]);
  await store.put(foreignPack, otherKey.keyId, [frame]);
  [keys, images, sentBytes, links] = [[key], [], 0, new DisposableStack()];
  server = await FrameServer.start({
    address: '127.0.0.1',
    port: 0,
    store,
    keys: () => keys,
    images: () => images,
    maximumUploads: 2,
    limiter: createRateLimiter({ rate: [] }),
    onSent: (bytes) => (sentBytes += bytes),
    onTrouble: (error) => {
      throw error;
    },
  });
});
afterEach(async () => {
  links.dispose();
  await server[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

function link(withKey = key): PeerLink {
  return links.use(new PeerLink({ id: 'x', address: '127.0.0.1', port: server.port }, withKey));
}

async function read(from: PeerLink, digest: string, mayFetch = false, wanted = range): Promise<Uint8Array> {
  return Buffer.concat(await Array.fromAsync(from.read(digest, wanted, mayFetch, signal)));
}

/** An image whose frames come when the test wants. */
function fetching(frames: readonly Promise<Uint8Array>[]): SharedImage & { bytesFromOrigin: number } {
  const counts = { bytesFromPeers: 0, requestsToPeers: 0, requestsToOrigin: 0, bytesFromStore: 0 };
  const image = {
    bytesFromOrigin: 0,
    keyId: key.keyId,
    get source(): never {
      throw new Error('not read here');
    },
    has: (digest: string) => digest === unknownPack,
    keep: () => undefined,
    provide: () => Promise.resolve(frames),
    counters: () => ({ ...counts, bytesFromOrigin: image.bytesFromOrigin }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  return image;
}

describe('a peer that holds the key', () => {
  it('hears what is held and gets it', async () => {
    const peer = link();
    expect(await peer.ask(pack, signal)).toEqual({ held: [range], isFetching: false });
    expect(Buffer.compare(await read(peer, pack), frame.stored)).toBe(0);
    expect(sentBytes).toBe(60_000);
  });

  it('hears the same of packs under other keys as of packs that nobody has', async () => {
    const peer = link();
    for (const digest of [foreignPack, unknownPack]) {
      expect(await peer.ask(digest, signal)).toEqual({ held: [], isFetching: false });
      await expect(read(peer, digest)).rejects.toMatchObject({ code: 'IMAGE_DATA_MISSING' });
      await expect(read(peer, digest, true)).rejects.toMatchObject({ code: 'IMAGE_DATA_MISSING' });
    }
  });

  it('gets whole ranges only, and none that are very long', async () => {
    const peer = link();
    const half = { offsetBytes: 1_000, lengthBytes: 90_000 };
    await expect(read(peer, pack, false, half)).rejects.toMatchObject({ code: 'IMAGE_DATA_MISSING' });
    const long = { offsetBytes: 0, lengthBytes: 100_000_000 };
    await expect(read(peer, pack, false, long)).rejects.toMatchObject({ code: 'PEER_UNREACHABLE' });
  });

  it('is told that something is being fetched for longer than it waits for silence', async () => {
    const late = Promise.withResolvers<Uint8Array>();
    const image = fetching([late.promise]);
    images = [image];
    const peer = link();
    expect(await peer.ask(unknownPack, signal)).toEqual({ held: [], isFetching: true });
    const arriving = read(peer, unknownPack, true);
    setTimeout(() => late.resolve(frame.stored), 1_500);
    expect(Buffer.compare(await arriving, frame.stored)).toBe(0);
  });

  it('waits no longer than some seconds for a fetch that does not go on', async () => {
    images = [fetching([new Promise<Uint8Array>(() => undefined)])];
    await expect(read(link(), unknownPack, true)).rejects.toMatchObject({ code: 'PEER_UNREACHABLE' });
  });

  it('finds no slot while others take', async () => {
    const late = Promise.withResolvers<Uint8Array>();
    images = [fetching([late.promise])];
    const peer = link();
    const taking = [read(peer, unknownPack, true), read(peer, unknownPack, true)];
    await expect
      .poll(() =>
        read(peer, pack).then(
          () => 'answered',
          (error: unknown) => error,
        ),
      )
      .toMatchObject({
        code: 'IMAGE_DATA_MISSING',
      });
    late.resolve(frame.stored);
    await Promise.all(taking);
    expect(await read(peer, pack)).toHaveLength(60_000);
  });

  it('is refused on a connection it has, once its key is withdrawn', async () => {
    const peer = link();
    await peer.ask(pack, signal);
    keys = [];
    await expect(peer.ask(pack, signal)).rejects.toMatchObject({ code: 'PEER_UNREACHABLE' });
    await expect(read(peer, pack)).rejects.toMatchObject({ code: 'PEER_UNREACHABLE' });
  });
});

describe('whoever does not hold the key', () => {
  it('is refused alike whether the key it names is known or not', async () => {
    const failures: unknown[] = [];
    for (const identity of [key.identity, otherKey.identity]) {
      const wrong = { keyId: '', identity, secret: randomBytes(32) };
      failures.push(await failureOf(wrong));
    }
    expect(failures[0]).toContain('decrypt error');
    expect(failures[1]).toBe(failures[0]);
    expect(sentBytes).toBe(0);
  });

  it('holds no connection for long, nor many', async () => {
    const sockets = Array.from({ length: 12 }, () => connect(server.port, '127.0.0.1'));
    await Promise.all(
      sockets.map(async (socket) => {
        socket.on('error', () => undefined);
        socket.resume();
        await once(socket, 'close');
      }),
    );
    // Somebody with the key is served all the while after.
    expect(await link().ask(pack, signal)).toMatchObject({ isFetching: false });
  });
});

/** How a handshake with this key fails, as TLS names it. */
function failureOf(wrong: PeerKey): Promise<string> {
  return new Promise((resolve) => {
    const options = {
      ...peerTls,
      host: '127.0.0.1',
      port: server.port,
      agent: false,
      checkServerIdentity: () => undefined,
      pskCallback: () => ({ psk: wrong.secret, identity: wrong.identity }),
    };
    get(options, () => resolve('answered')).once('error', ({ message }) =>
      resolve(/(decrypt error|unknown psk identity|handshake failure)/.exec(message)?.[1] ?? message),
    );
  });
}
