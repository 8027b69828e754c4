import { fail } from '@carrel/contract/errors';
import type { BlockRun } from '../protocol/replies.ts';

/** Puts the pieces of a read together. They come in any order and must cover the range exactly once. */
export class ReadAssembly {
  readonly data: Buffer;
  readonly offsetBytes: number;
  readonly #pieces: { readonly start: number; readonly end: number }[] = [];

  constructor(offsetBytes: number, lengthBytes: number) {
    this.offsetBytes = offsetBytes;
    this.data = Buffer.allocUnsafe(lengthBytes);
  }

  /** The part of the buffer that the piece fills. @throws {NBD_PROTOCOL} when it lies outside */
  claim(offsetBytes: number, lengthBytes: number): Buffer {
    const start = offsetBytes - this.offsetBytes;
    const end = start + lengthBytes;
    if (lengthBytes === 0 || start < 0 || end > this.data.length) {
      throw protocolError(`${lengthBytes} bytes at ${offsetBytes}, which were not asked for`);
    }
    this.#pieces.push({ start, end });
    return this.data.subarray(start, end);
  }

  /** @throws {NBD_PROTOCOL} when bytes are missing or came twice */
  assertComplete(): void {
    let reached = 0;
    for (const piece of this.#pieces.toSorted((a, b) => a.start - b.start)) {
      if (piece.start !== reached) break;
      reached = piece.end;
    }
    if (reached !== this.data.length) throw protocolError('a read whose pieces do not fit together');
  }
}

/** A command that waits for its reply. */
export interface PendingRequest {
  readonly offsetBytes: number;
  readonly lengthBytes: number;
  /** For reads. */
  readonly assembly: ReadAssembly | undefined;
  /** For block status requests. */
  runs: readonly BlockRun[] | undefined;
  /** The error the server gave for any part of it. */
  errorCode: number;
  readonly settle: (failure: Error | undefined) => void;
}

export function protocolError(reason: string): Error {
  return fail('NBD_PROTOCOL', { peer: 'server', reason });
}
