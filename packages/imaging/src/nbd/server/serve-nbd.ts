import type { Server, Socket } from 'node:net';
import { fail } from '@carrel/contract/errors';
import { type Clock, systemClock } from '@carrel/kit';
import type { DiskReader } from '../../disk/disk-reader.ts';
import { type NbdAddress, nbdUri } from '../address.ts';
import { parseName } from '../protocol/option-data.ts';
import { defaultLimits, type ExportView, type NbdLimits } from './export-view.ts';
import { listen } from './listen.ts';
import { defaultReadPolicy, type NbdReadPolicy } from './read-policy.ts';
import { serveConnection } from './serve-connection.ts';

/** What went wrong while serving. */
export type NbdTrouble =
  /** Requests wait because the disk cannot give data now. Told once, until `onResumed`. */
  | { readonly kind: 'held' }
  /** A request was answered with EIO. */
  | { readonly kind: 'read-failed'; readonly offsetBytes: number; readonly lengthBytes: number }
  /** A client broke the protocol, and its connection was closed. */
  | { readonly kind: 'client' };

export type ServeNbdOptions = NbdAddress & {
  /** Stays the caller's: the server does not dispose of it. */
  readonly disk: DiskReader;
  /** At most 4096 bytes of UTF-8. Default: the empty name, which clients choose when they name none. */
  readonly exportName?: string;
  /** Permissions of a unix socket. Default 0600. */
  readonly socketMode?: number;
  readonly readPolicy?: Partial<NbdReadPolicy>;
  readonly limits?: Partial<NbdLimits>;
  readonly onError?: (error: unknown, trouble: NbdTrouble) => void;
  /** No request is held any more. */
  readonly onResumed?: () => void;
  /** Closes the server when aborted. */
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
  readonly random?: () => number;
};

/** A running server. Disposing of it ends every connection, with held requests unanswered, and removes the socket. */
export interface NbdServer extends AsyncDisposable {
  /** Where it listens; the port is the one chosen when 0 was asked for. */
  readonly address: NbdAddress;
  readonly uri: string;
  readonly connectionCount: number;
  /** Requests waiting for data that cannot be had now. */
  readonly heldCount: number;
}

/**
 * Serves a disk read-only over NBD to any number of clients.
 *
 * Listens when the promise resolves. A read whose data cannot be had right now is held (see {@link NbdReadPolicy}),
 * so that a guest waits and never sees a broken disk.
 *
 * @throws {NBD_ADDRESS_IN_USE} @throws {NBD_LISTEN_FAILED}
 */
export async function serveNbd(options: ServeNbdOptions): Promise<NbdServer> {
  options.signal?.throwIfAborted();
  const { exportName = '' } = options;
  if (parseName(Buffer.from(exportName)) === undefined) {
    throw new RangeError('exportName must be at most 4096 bytes without NUL');
  }
  const held = new HeldCounter(options);
  const view = exportView(options, exportName, held);
  const connections = new Map<Socket, Promise<void>>();
  const closing = new AbortController();

  const onConnection = (socket: Socket): void => {
    socket.setNoDelay(true);
    if (connections.size >= view.limits.maxConnections || closing.signal.aborted) {
      socket.destroy();
      return;
    }
    const serving = serveConnection(socket, view, closing.signal)
      .catch((error: unknown) => options.onError?.(error, { kind: 'client' }))
      .then(() => void connections.delete(socket));
    connections.set(socket, serving);
  };
  const address: NbdAddress =
    'socketPath' in options ? { socketPath: options.socketPath } : { host: options.host, port: options.port };
  const server = await listen(address, options.socketMode ?? 0o600, onConnection);
  const boundAddress = withBoundPort(address, server);

  const close = onceOnly(async () => {
    closing.abort();
    options.signal?.removeEventListener('abort', onAbort);
    const isClosed = new Promise<void>((resolve) => void server.close(() => resolve()));
    await Promise.all(connections.values());
    await isClosed;
  });
  const onAbort = (): void => void close();
  options.signal?.addEventListener('abort', onAbort, { once: true });

  return {
    address: boundAddress,
    uri: nbdUri(boundAddress, exportName),
    get connectionCount() {
      return connections.size;
    },
    get heldCount() {
      return held.count;
    },
    [Symbol.asyncDispose]: close,
  };
}

function exportView(options: ServeNbdOptions, exportName: string, held: HeldCounter): ExportView {
  return {
    disk: options.disk,
    exportName,
    limits: { ...defaultLimits, ...options.limits },
    patience: {
      clock: options.clock ?? systemClock,
      random: options.random ?? Math.random,
      policy: { ...defaultReadPolicy, ...options.readPolicy },
      onHeld: (error) => held.add(error),
      onReleased: () => held.remove(),
    },
    onReadFailed: (error, offsetBytes, lengthBytes) =>
      options.onError?.(error, { kind: 'read-failed', offsetBytes, lengthBytes }),
  };
}

/** Tells of the first request held and of the last one released, not of each. */
class HeldCounter {
  readonly #listeners: Pick<ServeNbdOptions, 'onError' | 'onResumed'>;
  count = 0;

  constructor(listeners: Pick<ServeNbdOptions, 'onError' | 'onResumed'>) {
    this.#listeners = listeners;
  }

  add(error: unknown): void {
    this.count += 1;
    if (this.count === 1) this.#listeners.onError?.(error, { kind: 'held' });
  }

  remove(): void {
    this.count -= 1;
    if (this.count === 0) this.#listeners.onResumed?.();
  }
}

function withBoundPort(address: NbdAddress, server: Server): NbdAddress {
  if ('socketPath' in address) return address;
  const bound = server.address();
  if (bound === null || typeof bound === 'string') {
    throw fail('NBD_LISTEN_FAILED', { address: address.host, reason: 'no port was given' });
  }
  return { host: address.host, port: bound.port };
}

function onceOnly(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= work());
}
