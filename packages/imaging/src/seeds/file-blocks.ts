import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { blockBytes } from '../format/constants.ts';
import { isErrno } from '../storage/errno.ts';

/** Where to read blocks of a file. */
export interface FileBlocks {
  /** Bytes where the name need not be text. */
  readonly path: string | Uint8Array;
  readonly firstBlock: number;
  readonly blocks: number;
  /** Whether only a regular file of this very name counts: no symbolic link, FIFO or device. */
  readonly isRegularOnly: boolean;
}

// A FIFO or a device that took the place of a file must not make us wait. Windows knows neither flag.
const plainFlags = constants.O_RDONLY | unixFlag('O_NONBLOCK');
const regularFlags = plainFlags | unixFlag('O_NOFOLLOW');

/**
 * Reads blocks of a file into one buffer of its own; what lies behind its end is zero, as a file system pads the last
 * block. What cannot be read is zero too: a file of a living system may be gone, closed to us or another by now, and
 * the ids of blocks tell what is usable. So is a name that no file can have, as a damaged index may hold.
 */
export async function readFileBlocks(place: FileBlocks): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(place.blocks * blockBytes);
  try {
    const flags = place.isRegularOnly ? regularFlags : plainFlags;
    const file = await open(place.path instanceof Uint8Array ? Buffer.from(place.path) : place.path, flags);
    await using _close = file;
    if (place.isRegularOnly && !(await file.stat()).isFile()) return bytes;
    await fill(file, bytes, place.firstBlock * blockBytes);
  } catch (error) {
    if (!isSystemError(error) && !isErrno(error, 'ERR_INVALID_ARG_VALUE')) throw error;
  }
  return bytes;
}

/** Whether the operating system refused, whatever the reason. */
export function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

async function fill(file: FileHandle, bytes: Uint8Array<ArrayBuffer>, offset: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, offset + done);
    if (bytesRead === 0) return;
    done += bytesRead;
  }
}

function unixFlag(name: 'O_NONBLOCK' | 'O_NOFOLLOW'): number {
  return process.platform === 'win32' ? 0 : constants[name];
}
