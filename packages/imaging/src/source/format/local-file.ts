import type { Stats } from 'node:fs';
import { type FileHandle, open, realpath, stat } from 'node:fs/promises';
import { fail } from '@carrel/contract/errors';

/** A file or block device opened for reading. */
export interface LocalFile extends AsyncDisposable {
  /** With symbolic links resolved. */
  readonly path: string;
  readonly isBlockDevice: boolean;
  /** 0 for block devices, whose size the kernel does not tell this way. */
  readonly sizeBytes: number;
  readonly allocatedBytes: number;
  /** What there is at the offset, at most `lengthBytes`; shorter at the end of the file. */
  readSome(offsetBytes: number, lengthBytes: number): Promise<Buffer>;
  /** The size now, to notice a file that is being cut short. */
  currentSizeBytes(): Promise<number>;
}

/**
 * Opens what may be a disk.
 *
 * @throws {SOURCE_NOT_FOUND} @throws {SOURCE_NOT_READABLE}
 * @throws {SOURCE_NOT_A_DISK} when it is a folder, a socket, a character device or an empty file
 */
export async function openLocalFile(path: string): Promise<LocalFile> {
  let handle: FileHandle | undefined;
  try {
    const resolved = await realpath(path);
    // Looked at before it is opened: opening a pipe would wait for a writer.
    refuseOtherKinds(path, await stat(resolved));
    handle = await open(resolved, 'r');
    return await describe(path, resolved, handle);
  } catch (error) {
    await handle?.close();
    throw openingError(path, error);
  }
}

function refuseOtherKinds(path: string, stats: Stats): void {
  const kinds: readonly (readonly [boolean, string])[] = [
    [stats.isDirectory(), 'a folder'],
    [stats.isSocket(), 'a socket'],
    [stats.isFIFO(), 'a pipe'],
    [stats.isCharacterDevice(), 'a character device'],
    [stats.isFile() && stats.size === 0, 'an empty file'],
  ];
  const found = kinds.find(([isOfKind]) => isOfKind);
  if (found) throw fail('SOURCE_NOT_A_DISK', { path, found: found[1] });
}

async function describe(path: string, resolved: string, handle: FileHandle): Promise<LocalFile> {
  const stats = await handle.stat();
  refuseOtherKinds(path, stats);
  return {
    path: resolved,
    isBlockDevice: stats.isBlockDevice(),
    sizeBytes: stats.size,
    allocatedBytes: stats.blocks * 512,
    readSome: async (offsetBytes, lengthBytes) => {
      const buffer = Buffer.alloc(lengthBytes);
      const { bytesRead } = await handle.read(buffer, 0, lengthBytes, offsetBytes);
      return buffer.subarray(0, bytesRead);
    },
    currentSizeBytes: async () => (await handle.stat()).size,
    [Symbol.asyncDispose]: () => handle.close(),
  };
}

function openingError(path: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') return fail('SOURCE_NOT_FOUND', { path }, error);
  if (code === 'EACCES' || code === 'EPERM') {
    return fail('SOURCE_NOT_READABLE', { path, reason: 'you may not read it' }, error);
  }
  return error;
}
