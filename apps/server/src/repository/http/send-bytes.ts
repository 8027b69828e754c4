import { read } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import type { OpenBlob } from '../storage/open-blobs.ts';
import { type PiecePool, pieceBytes } from './piece-pool.ts';
import type { ByteRange } from './range.ts';

const readFile = promisify(read);

/**
 * Sends a range of a blob as the body of an answer whose head is set, and ends it. Reads the next piece only when the
 * socket took the one before, so that a slow reader costs one piece of memory. A reader that goes away ends it early.
 */
export async function sendBytes(
  response: ServerResponse,
  blob: OpenBlob,
  range: ByteRange,
  pieces: PiecePool,
): Promise<void> {
  let position = range.start;
  while (position <= range.end && !response.destroyed) {
    const piece = pieces.take();
    const length = Math.min(pieceBytes, range.end - position + 1);
    const { bytesRead } = await readFile(blob.fileDescriptor, piece, 0, length, position);
    if (bytesRead === 0) throw new Error('A blob is shorter than when it was opened.');
    position += bytesRead;
    // The socket reads from the buffer until it says that it is done. One that breaks may never say so: its buffer
    // is left to the garbage collector.
    const onTaken = (error?: Error | null): void => {
      if (!error) pieces.giveBack(piece);
    };
    const isFull = !response.write(piece.subarray(0, bytesRead), onTaken);
    if (position > range.end) response.end();
    else if (isFull) await untilWritable(response);
  }
}

/** Resolves when the socket has room again, or is gone. */
function untilWritable(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      response.off('drain', settle);
      response.off('close', settle);
      resolve();
    };
    response.on('drain', settle);
    response.on('close', settle);
    if (response.destroyed) settle();
  });
}
