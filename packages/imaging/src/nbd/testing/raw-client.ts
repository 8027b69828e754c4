import { once } from 'node:events';
import { connect } from 'node:net';

/** Sends bytes as they are, ends its half, and gives all that the server said until it closed. */
export async function sendRaw(socketPath: string, bytes: Uint8Array): Promise<Buffer> {
  const socket = connect({ path: socketPath, allowHalfOpen: true });
  const said: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => said.push(chunk));
  // The server may cut us off while we are still sending; what counts is that it closes.
  socket.on('error', () => undefined);
  const closed = once(socket, 'close');
  socket.end(bytes);
  await closed;
  return Buffer.concat(said);
}
