import type { Socket } from 'node:net';
import { ConnectionEnded } from '../protocol/connection-ended.ts';
import { SocketReader } from '../protocol/socket-reader.ts';
import type { ExportView } from './export-view.ts';
import { negotiate, type Session } from './negotiate.ts';
import { transmit } from './transmit.ts';

/** Serves one client until it leaves or the signal is aborted. Rejects with `NBD_PROTOCOL` when it misbehaves. */
export async function serveConnection(
  socket: Socket,
  view: ExportView,
  serverSignal: AbortSignal,
): Promise<void> {
  const ending = new AbortController();
  const end = (): void => {
    ending.abort();
    socket.destroy();
  };
  socket.once('close', end);
  // A client that closes its half has nothing more to ask and does not wait for answers.
  socket.once('end', end);
  serverSignal.addEventListener('abort', end, { once: true });
  try {
    const reader = new SocketReader(socket);
    const session = await negotiateInTime(socket, reader, view);
    if (session) await transmit({ socket, reader, view, session, signal: ending.signal });
  } catch (error) {
    if (error instanceof ConnectionEnded || ending.signal.aborted) return;
    throw error;
  } finally {
    serverSignal.removeEventListener('abort', end);
    end();
  }
}

async function negotiateInTime(
  socket: Socket,
  reader: SocketReader,
  view: ExportView,
): Promise<Session | undefined> {
  const isDone = new AbortController();
  const timer = view.patience.clock.sleep(view.limits.handshakeTimeoutMs, isDone.signal);
  timer.then(
    () => socket.destroy(),
    () => undefined,
  );
  try {
    return await negotiate(socket, reader, view);
  } finally {
    isDone.abort();
  }
}
