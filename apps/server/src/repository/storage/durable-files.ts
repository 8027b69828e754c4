import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Makes what was created, renamed or removed in the folder survive a power loss. */
export async function syncFolder(folder: string): Promise<void> {
  await using handle = await open(folder, 'r');
  await handle.sync();
}

/** Makes the folder and those above it that are missing, durably. */
export async function makeFolder(folder: string): Promise<void> {
  const firstMade = await mkdir(folder, { recursive: true });
  if (firstMade === undefined) return;
  for (let path = folder; path.length >= firstMade.length; path = dirname(path))
    await syncFolder(dirname(path));
}

/** Writes the file as a whole or not at all: temporary file, sync, rename, sync of the folder. */
export async function writeWhole(
  path: string,
  content: string | Uint8Array,
  temporaryFolder: string,
): Promise<void> {
  const temporary = join(temporaryFolder, randomUUID());
  try {
    {
      await using handle = await open(temporary, 'wx', 0o640);
      await handle.writeFile(content);
      await handle.sync();
    }
    await makeFolder(dirname(path));
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Writes all of the bytes at the offset, however few a call of the system takes. */
export async function writeFully(file: FileHandle, bytes: Uint8Array, offsetBytes: number): Promise<void> {
  let writtenBytes = 0;
  while (writtenBytes < bytes.length) {
    const restBytes = bytes.length - writtenBytes;
    writtenBytes += (await file.write(bytes, writtenBytes, restBytes, offsetBytes + writtenBytes))
      .bytesWritten;
  }
}

/** Removes the file durably; whether it was there. */
export async function removeDurably(path: string): Promise<boolean> {
  const wasThere = await removeIfThere(path);
  if (wasThere) await syncFolder(dirname(path));
  return wasThere;
}

/** Removes the file; whether it was there. */
export async function removeIfThere(path: string): Promise<boolean> {
  try {
    await unlink(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** The result, or `undefined` where the file or folder it needs is not there. */
export async function whereThere<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Whether a file system call failed because the disk or the quota is full. */
export function isDiskFull(error: unknown): boolean {
  return hasCode(error, 'ENOSPC') || hasCode(error, 'EDQUOT');
}

function isMissing(error: unknown): boolean {
  return hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR');
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
