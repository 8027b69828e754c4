import type { Socket } from 'node:net';
import { ConnectionEnded } from './connection-ended.ts';

/** Sends the pieces as one unbroken message. Resolves when they have been handed to the system. @throws {ConnectionEnded} */
export function writePieces(socket: Socket, pieces: readonly Uint8Array[]): Promise<void> {
  return new Promise((resolve, reject) => {
    if (socket.destroyed || !socket.writable) {
      reject(new ConnectionEnded());
      return;
    }
    socket.cork();
    pieces.forEach((piece, index) => {
      if (index < pieces.length - 1) socket.write(piece);
      else socket.write(piece, (error) => (error ? reject(new ConnectionEnded(error)) : resolve()));
    });
    socket.uncork();
  });
}
