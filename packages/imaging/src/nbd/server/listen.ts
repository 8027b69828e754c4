import { chmod, lstat, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { fail } from '@carrel/contract/errors';
import { openSocketPath, type SocketPath } from '@carrel/contract/node';
import { describeAddress, type NbdAddress } from '../address.ts';

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
  // Until the server listens, a failure closes what was opened for it.
  await using opened = new AsyncDisposableStack();
  const place = 'socketPath' in address ? opened.use(await openPlace(address.socketPath)) : undefined;
  if ('socketPath' in address && place) await makeRoom(address.socketPath, place);
  const server = createServer(onConnection);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(address, error)));
    server.listen(place ? { path: place.path } : address, resolve);
  });
  const kept = opened.move();
  // Closing the server removes the socket by the name it was listened on.
  server.once('close', () => void kept.disposeAsync());
  server.removeAllListeners('error');
  if ('socketPath' in address) await chmod(address.socketPath, socketMode);
  return server;
}

async function openPlace(socketPath: string): Promise<SocketPath> {
  return await openSocketPath(socketPath).catch((error: unknown) => {
    throw listenError({ socketPath }, error as NodeJS.ErrnoException);
  });
}

async function makeRoom(socketPath: string, place: SocketPath): Promise<void> {
  const stats = await lstat(socketPath).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw listenError({ socketPath }, error as NodeJS.ErrnoException);
  });
  if (!stats) return;
  if (!stats.isSocket() || (await answers(place.path))) {
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
