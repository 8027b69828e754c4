import { type BigIntStats, closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { BlockIdentifier } from '../../format/block-id.ts';
import { blockBytes } from '../../format/constants.ts';
import { isSystemError } from '../file-blocks.ts';
import { IdBlobWriter } from './id-blob.ts';
import type { Pace } from './pace.ts';

/** What tells whether a file is the one that was hashed. */
export interface FileStamp {
  readonly size: bigint;
  readonly mtimeNs: bigint;
  /** Cannot be set back, as the time of the content can. */
  readonly ctimeNs: bigint;
  readonly inode: bigint;
}

/** A file with the ids of its blocks. */
export interface HashedFile {
  readonly stamp: FileStamp;
  readonly ids: Uint8Array;
}

/** `unreadable`: closed to us, gone, or no regular file any more. `changing`: it was written meanwhile. */
export type HashOutcome = HashedFile | 'unreadable' | 'changing' | 'stopped';

const pieceBytes = 1024 * 1024;
const openFlags =
  process.platform === 'win32'
    ? constants.O_RDONLY
    : constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

export function stampOf(info: BigIntStats): FileStamp {
  // SQLite's numbers have a sign.
  const inode = BigInt.asIntN(64, info.ino);
  return { size: info.size, mtimeNs: info.mtimeNs, ctimeNs: info.ctimeNs, inode };
}

export function isSameStamp(a: FileStamp, b: FileStamp): boolean {
  return a.size === b.size && a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs && a.inode === b.inode;
}

/** Reads files and computes the ids of their blocks, one after the other in the calling thread. */
export class FileHasher {
  readonly #identify: BlockIdentifier;
  readonly #pace: Pace;
  readonly #onHashed: (bytes: number) => void;
  readonly #piece = new Uint8Array(pieceBytes);

  /** @param onHashed told how many bytes more were read */
  constructor(identify: BlockIdentifier, pace: Pace, onHashed: (bytes: number) => void) {
    this.#identify = identify;
    this.#pace = pace;
    this.#onHashed = onHashed;
  }

  /** Follows no link and waits for no FIFO, whatever took the place of the file since it was listed. */
  hash(path: Buffer): HashOutcome {
    let file: number | undefined;
    try {
      file = openSync(path, openFlags);
      const before = fstatSync(file, { bigint: true });
      if (!before.isFile()) return 'unreadable';
      const ids = this.#readAll(file, Number(before.size));
      if (typeof ids === 'string') return ids;
      const stamp = stampOf(before);
      return isSameStamp(stamp, stampOf(fstatSync(file, { bigint: true }))) ? { stamp, ids } : 'changing';
    } catch (error) {
      if (!isSystemError(error)) throw error;
      return 'unreadable';
    } finally {
      if (file !== undefined) closeSync(file);
    }
  }

  #readAll(file: number, sizeBytes: number): Uint8Array | 'changing' | 'stopped' {
    const writer = new IdBlobWriter(this.#identify, Math.ceil(sizeBytes / blockBytes));
    for (let offset = 0; offset < sizeBytes; offset += pieceBytes) {
      const length = Math.min(pieceBytes, sizeBytes - offset);
      for (let done = 0; done < length; ) {
        const count = readSync(file, this.#piece, done, length - done, offset + done);
        if (count === 0) return 'changing';
        done += count;
      }
      const padded = Math.ceil(length / blockBytes) * blockBytes;
      writer.add(this.#piece.fill(0, length, padded).subarray(0, padded));
      this.#onHashed(length);
      this.#pace.take(length);
      if (this.#pace.isStopped) return 'stopped';
    }
    return writer.finish();
  }
}
