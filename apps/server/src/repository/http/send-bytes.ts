import { read } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import type { OpenBlob } from '../storage/open-blobs.ts';
import type { ByteRange } from './range.ts';

const readFile = promisify(read);
const pieceBytes = 256 * 1024;

/**
 * Sends a range of a blob as the body of an answer whose head is set, and ends it. Reads the next piece only when the
 * socket took the one before, so that a slow reader costs one piece of memory. A reader that goes away ends it early.
 */
export async function sendBytes(response: ServerResponse, blob: OpenBlob, range: ByteRange): Promise<void> {
  let position = range.start;
  while (position <= range.end && !response.destroyed) {
    const length = Math.min(pieceBytes, range.end - position + 1);
    const { bytesRead, buffer } = await readFile(
      blob.fileDescriptor,
      Buffer.allocUnsafeSlow(length),
      0,
      length,
      position,
    );
    if (bytesRead === 0) throw new Error('A blob is shorter than when it was opened.');
    position += bytesRead;
    const piece = bytesRead === length ? buffer : buffer.subarray(0, bytesRead);
    if (position > range.end) response.end(piece);
    else if (!response.write(piece)) await untilWritable(response);
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
