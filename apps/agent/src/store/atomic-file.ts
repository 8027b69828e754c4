import { randomBytes } from 'node:crypto';
import { link, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fail } from '@carrel/contract';

/** Writes a file that is there whole or not at all, also after a power cut; only its owner may read it. */
export async function writeFileAtomically(path: string, content: string | Uint8Array): Promise<void> {
  await throughTemporaryFile(path, content, (temporary) => rename(temporary, path));
}

/**
 * Like {@link writeFileAtomically}, but never replaces a file.
 *
 * @throws {TARGET_EXISTS} there is one
 */
export async function createFileAtomically(path: string, content: string | Uint8Array): Promise<void> {
  await throughTemporaryFile(path, content, async (temporary) => {
    try {
      await link(temporary, path);
    } catch (error) {
      if (isErrorCode(error, 'EEXIST')) throw fail('TARGET_EXISTS', { path }, error);
      throw error;
    }
  });
}

/** Whether the error is the system's error of this name, such as `ENOENT`. */
export function isErrorCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

async function throughTemporaryFile(
  path: string,
  content: string | Uint8Array,
  place: (temporary: string) => Promise<void>,
): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.new`;
  try {
    await using file = await open(temporary, 'wx', 0o600);
    await file.writeFile(content);
    await file.sync();
    await place(temporary);
    await syncFolder(dirname(path));
  } finally {
    await rm(temporary, { force: true });
  }
}

async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path, 'r');
  await folder.sync();
}
