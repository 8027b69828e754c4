import { type Dirent, lstatSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { fail } from '@carrel/contract/errors';
import { openRawFile } from '../disk/raw-file.ts';
import { isErrno } from '../storage/errno.ts';
import { joinPath } from './byte-path.ts';
import { isSystemError } from './file-blocks.ts';

/** A local file that may hold blocks of an image. */
export interface SeedFile {
  /** Bytes below a folder, where names need not be text. */
  readonly path: string | Buffer;
  readonly sizeBytes: number;
  /** It is what was named, so that links are followed and a device will do. */
  readonly isNamed: boolean;
}

/** Smaller files rarely fill a block of their own in a disk image. */
const leastSeedFileBytes = 256;

/**
 * The files of a seed: the file or block device itself, or all regular files below a folder. What cannot be read is
 * passed over: a seed only ever saves work.
 *
 * @throws {SOURCE_NOT_FOUND} when the path given does not exist
 */
export async function* seedFiles(
  path: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<SeedFile, void, undefined> {
  const info = await stat(path).catch((error: unknown) => {
    throw isErrno(error, 'ENOENT') ? fail('SOURCE_NOT_FOUND', { path }, error) : error;
  });
  if (info.isDirectory()) {
    yield* filesBelow(Buffer.from(path), signal);
  } else {
    await using file = await openRawFile(path);
    yield { path, sizeBytes: file.sizeBytes, isNamed: true };
  }
}

async function* filesBelow(
  folder: Buffer,
  signal: AbortSignal | undefined,
): AsyncGenerator<SeedFile, void, undefined> {
  signal?.throwIfAborted();
  const subfolders: Buffer[] = [];
  for (const entry of await listFolder(folder)) {
    const path = joinPath(folder, entry.name);
    if (entry.isDirectory()) subfolders.push(path);
    if (!entry.isFile()) continue;
    const sizeBytes = sizeOf(path);
    if (sizeBytes >= leastSeedFileBytes) yield { path, sizeBytes, isNamed: false };
  }
  for (const subfolder of subfolders) yield* filesBelow(subfolder, signal);
}

/** 0 for a file that is gone or closed to us. */
function sizeOf(path: Buffer): number {
  try {
    return lstatSync(path).size;
  } catch (error) {
    if (isSystemError(error)) return 0;
    throw error;
  }
}

async function listFolder(folder: Buffer): Promise<Dirent<Buffer>[]> {
  try {
    return await readdir(folder, { withFileTypes: true, encoding: 'buffer' });
  } catch (error) {
    if (isSystemError(error)) return [];
    throw error;
  }
}
