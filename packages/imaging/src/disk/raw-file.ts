import { type FileHandle, open } from 'node:fs/promises';
import { fail } from '@carrel/contract/errors';
import type { DiskExtent, DiskReader } from './disk-reader.ts';

/**
 * A raw disk file or block device as a {@link DiskReader}. Node cannot ask for holes, so every range is reported as
 * data; reading zeros is fast and they cost nothing later.
 *
 * @throws {SOURCE_NOT_FOUND} {SOURCE_NOT_A_DISK}
 */
export async function openRawFile(path: string): Promise<DiskReader> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw fail('SOURCE_NOT_FOUND', { path }, cause);
  });
  try {
    return new RawFile(path, file, await sizeOf(path, file));
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function sizeOf(path: string, file: FileHandle): Promise<number> {
  const stat = await file.stat();
  if (stat.isDirectory()) throw fail('SOURCE_NOT_A_DISK', { path, found: 'a directory' });
  if (stat.isFile()) return stat.size;
  if (stat.isBlockDevice()) return await endOfDevice(file);
  throw fail('SOURCE_NOT_A_DISK', { path, found: 'neither a file nor a block device' });
}

/** A block device has no size in its stat: the end is found by halving, in sectors. */
async function endOfDevice(file: FileHandle): Promise<number> {
  const sectorBytes = 512;
  const sector = new Uint8Array(sectorBytes);
  const isInside = async (index: number): Promise<boolean> =>
    (await file.read(sector, 0, sectorBytes, index * sectorBytes)).bytesRead === sectorBytes;
  let inside = -1;
  let outside = 2 ** 43;
  while (outside - inside > 1) {
    const middle = Math.floor((inside + outside) / 2);
    if (await isInside(middle)) inside = middle;
    else outside = middle;
  }
  return outside * sectorBytes;
}

class RawFile implements DiskReader {
  readonly sizeBytes: number;
  readonly #path: string;
  readonly #file: FileHandle;

  constructor(path: string, file: FileHandle, sizeBytes: number) {
    this.#path = path;
    this.#file = file;
    this.sizeBytes = sizeBytes;
  }

  async read(offsetBytes: number, lengthBytes: number, signal?: AbortSignal): Promise<Uint8Array> {
    signal?.throwIfAborted();
    const bytes = new Uint8Array(lengthBytes);
    let done = 0;
    while (done < lengthBytes) {
      const { bytesRead } = await this.#file.read(bytes, done, lengthBytes - done, offsetBytes + done);
      if (bytesRead === 0) {
        const reason = `it ends before byte ${offsetBytes + lengthBytes}`;
        throw fail('SOURCE_DAMAGED', { path: this.#path, format: 'raw', reason });
      }
      done += bytesRead;
    }
    return bytes;
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- the interface is asynchronous for sources that must ask
  async *extents(offsetBytes: number, lengthBytes: number): AsyncIterable<DiskExtent> {
    if (lengthBytes > 0) yield { offsetBytes, lengthBytes, kind: 'data' };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }
}
