import { type Dirent, lstatSync } from 'node:fs';
import { opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '@carrel/contract';
import { openRawFile } from '../disk/raw-file.ts';
import { isErrno } from '../storage/errno.ts';

/** A local file that may hold blocks of an image. */
export interface SeedFile {
  readonly path: string;
  readonly sizeBytes: number;
}

// Smaller files rarely fill a block of their own in a disk image.
const leastBytes = 256;

/**
 * The files of a seed: the file or block device itself, or all regular files below a folder. What cannot be read is
 * passed over: a seed only ever saves work.
 *
 * @throws {SOURCE_NOT_FOUND} when the path given does not exist
 */
export async function* seedFiles(path: string, signal: AbortSignal | undefined): AsyncGenerator<SeedFile> {
  const info = await stat(path).catch((error: unknown) => {
    throw isErrno(error, 'ENOENT') ? fail('SOURCE_NOT_FOUND', { path }, error) : error;
  });
  if (info.isDirectory()) {
    yield* filesBelow(path, signal);
  } else {
    await using file = await openRawFile(path);
    yield { path, sizeBytes: file.sizeBytes };
  }
}

async function* filesBelow(folder: string, signal: AbortSignal | undefined): AsyncGenerator<SeedFile> {
  signal?.throwIfAborted();
  const subfolders: string[] = [];
  for (const entry of await listFolder(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) subfolders.push(path);
    if (!entry.isFile()) continue;
    const info = lstatSync(path, { throwIfNoEntry: false });
    if (info && info.size >= leastBytes) yield { path, sizeBytes: info.size };
  }
  for (const subfolder of subfolders) yield* filesBelow(subfolder, signal);
}

async function listFolder(folder: string): Promise<Dirent[]> {
  try {
    return await Array.fromAsync(await opendir(folder));
  } catch (error) {
    if (isUnreadable(error)) return [];
    throw error;
  }
}

/** Whether a file is gone or closed to us, as happens while a living system is read. */
export function isUnreadable(error: unknown): boolean {
  return ['ENOENT', 'EACCES', 'EPERM', 'EIO', 'ENOTDIR', 'ENXIO', 'EINVAL', 'EBUSY', 'ESTALE'].some((code) =>
    isErrno(error, code),
  );
}
