import { chmod, lstat, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { fail } from '@carrel/contract';
import { describeAddress, type NbdAddress } from '../address.ts';

/** The longest unix socket path Linux takes (`sun_path` less its NUL). */
const maxSocketPathBytes = 107;

/**
 * Starts listening. A unix socket left behind by a program that is gone is replaced.
 *
 * @param socketMode permissions of a unix socket
 * @throws {NBD_ADDRESS_IN_USE} @throws {NBD_LISTEN_FAILED}
 */
export async function listen(
  address: NbdAddress,
  socketMode: number,
  onConnection: (socket: Socket) => void,
): Promise<Server> {
  if ('socketPath' in address) await makeRoom(address.socketPath);
  const server = createServer(onConnection);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(address, error)));
    const target = 'socketPath' in address ? { path: address.socketPath } : address;
    server.listen(target, resolve);
  });
  server.removeAllListeners('error');
  if ('socketPath' in address) await chmod(address.socketPath, socketMode);
  return server;
}

async function makeRoom(socketPath: string): Promise<void> {
  const lengthBytes = Buffer.byteLength(socketPath);
  if (lengthBytes > maxSocketPathBytes) {
    const reason = `the path has ${lengthBytes} bytes`;
    throw fail('NBD_LISTEN_FAILED', { address: socketPath, reason });
  }
  const stats = await lstat(socketPath).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw listenError({ socketPath }, error as NodeJS.ErrnoException);
  });
  if (!stats) return;
  if (!stats.isSocket() || (await answers(socketPath))) {
    throw fail('NBD_ADDRESS_IN_USE', { address: socketPath });
  }
  await rm(socketPath, { force: true });
}

function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    // Only a refusal proves that nobody listens; anything else is left alone.
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code !== 'ECONNREFUSED'));
  });
}

function listenError(address: NbdAddress, error: NodeJS.ErrnoException): Error {
  const name = describeAddress(address);
  if (error.code === 'EADDRINUSE') return fail('NBD_ADDRESS_IN_USE', { address: name }, error);
  return fail('NBD_LISTEN_FAILED', { address: name, reason: error.code ?? error.message }, error);
}
