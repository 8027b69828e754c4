import { randomBytes } from 'node:crypto';
import { type FileHandle, link, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fail } from '@carrel/contract';

/**
 * Makes a file that is there whole or not at all, also after a power cut; only its owner may read it.
 *
 * @throws {TARGET_EXISTS} there is a file of this name; it stays as it is
 */
export async function createFileAtomically(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.new`;
  try {
    await using file = await open(temporary, 'wx', 0o600);
    await file.writeFile(content);
    await file.sync();
    await link(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    if (isErrorCode(error, 'EEXIST')) throw fail('TARGET_EXISTS', { path }, error);
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

/**
 * Makes or replaces a file that is there whole or not at all, also after a power cut; only its owner may read it.
 *
 * @param write fills the open file; when it throws, nothing is left behind
 */
export async function replaceFileAtomically(
  path: string,
  write: (file: FileHandle) => Promise<void>,
): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.new`;
  try {
    {
      await using file = await open(temporary, 'wx', 0o600);
      await write(file);
      await file.sync();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Whether the error is the system's error of this name, such as `ENOENT`. */
export function isErrorCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/** What SQLite answers when there is no room to write. */
const sqliteFull = 13;

/** Whether a file or the database could not be written for want of room. */
export function isStoreFull(error: unknown): boolean {
  if (isErrorCode(error, 'ENOSPC') || isErrorCode(error, 'EDQUOT')) return true;
  return isErrorCode(error, 'ERR_SQLITE_ERROR') && error instanceof Error && 'errcode' in error
    ? error.errcode === sqliteFull
    : false;
}

async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path, 'r');
  await folder.sync();
}
