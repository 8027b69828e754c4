import { connect, type Socket } from 'node:net';
import { fail } from '@carrel/contract/errors';
import { abortReason, isAppError } from '@carrel/kit';
import { describeAddress, type NbdAddress } from '../address.ts';
import { SocketReader } from '../protocol/socket-reader.ts';
import { NbdConnection } from './nbd-connection.ts';
import { NbdDisk } from './nbd-disk.ts';
import type { NbdDiskReader } from './nbd-disk-reader.ts';
import { negotiateExport } from './negotiate-export.ts';

export type ConnectNbdOptions = NbdAddress & {
  /** Default: the empty name, the server's default export. */
  readonly exportName?: string;
  /** Bytes asked for and not yet received, at most. Default 32 MiB. */
  readonly maxInFlightBytes?: number;
  /** For connecting and the handshake together. Default 10 s. */
  readonly timeoutMs?: number;
  /** Ends the attempt to connect. */
  readonly signal?: AbortSignal;
};

/**
 * Connects to an export of an NBD server. Reads may run concurrently; they are pipelined on one connection.
 *
 * When the connection is lost, reads reject with `NBD_UNREACHABLE` and the reader is of no more use: connect anew.
 *
 * @throws {NBD_UNREACHABLE} @throws {NBD_EXPORT_UNKNOWN} @throws {NBD_PROTOCOL}
 */
export async function connectNbd(options: ConnectNbdOptions): Promise<NbdDiskReader> {
  options.signal?.throwIfAborted();
  const address: NbdAddress =
    'socketPath' in options ? { socketPath: options.socketPath } : { host: options.host, port: options.port };
  // One buffer for all that comes in: a new one for each piece would keep the garbage collector busy.
  const onread = {
    buffer: Buffer.allocUnsafe(receiveBufferBytes),
    callback: (lengthBytes: number, buffer: Uint8Array): boolean => {
      reader.takeBorrowed(buffer.subarray(0, lengthBytes));
      return true;
    },
  };
  const target = 'socketPath' in address ? { path: address.socketPath } : address;
  const socket = connect({ ...target, onread });
  const reader: SocketReader = new SocketReader(socket, 4 << 20);
  socket.setNoDelay(true);
  const timeout = AbortSignal.timeout(options.timeoutMs ?? 10_000);
  const onEnd = (): void => void socket.destroy();
  options.signal?.addEventListener('abort', onEnd, { once: true });
  timeout.addEventListener('abort', onEnd, { once: true });
  try {
    await connected(socket);
    const dialogue = { socket, reader, address, exportName: options.exportName ?? '' };
    const remote = await negotiateExport(dialogue);
    const maxInFlightBytes = options.maxInFlightBytes ?? 32 << 20;
    return new NbdDisk(new NbdConnection(socket, reader, address, remote, maxInFlightBytes), remote);
  } catch (error) {
    socket.destroy();
    if (options.signal?.aborted) throw abortReason(options.signal);
    if (isAppError(error)) throw error;
    const reason = timeout.aborted ? 'no answer in time' : error instanceof Error ? error.message : 'unknown';
    throw fail('NBD_UNREACHABLE', { address: describeAddress(address), reason }, error);
  } finally {
    options.signal?.removeEventListener('abort', onEnd);
    timeout.removeEventListener('abort', onEnd);
  }
}

const receiveBufferBytes = 256 * 1024;

function connected(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: Error): void => reject(error);
    const onClose = (): void => reject(new Error('the connection was closed'));
    socket.once('error', onError);
    socket.once('close', onClose);
    socket.once('connect', () => {
      socket.off('error', onError);
      socket.off('close', onClose);
      resolve();
    });
  });
}
