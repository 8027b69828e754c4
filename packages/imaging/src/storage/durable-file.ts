import { randomBytes } from 'node:crypto';
import { copyFile, type FileHandle, link, open, readdir, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { isErrno, writeFailure } from './errno.ts';
import { isProcessAlive } from './process-alive.ts';

/**
 * Writes a file so that it is there completely or not at all, also after a power loss: a temporary file beside it,
 * fsync, rename, fsync of the folder. Replaces an existing file. On failure nothing is left behind.
 *
 * @param write fills the open file
 * @throws {DISK_FULL}
 */
export async function writeFileDurably(
  path: string,
  write: (file: FileHandle) => Promise<void>,
  mode = 0o644,
): Promise<void> {
  const temporary = join(dirname(path), temporaryName());
  try {
    {
      const file = await open(temporary, 'wx', mode);
      await using _close = file;
      await write(file);
      await file.sync();
    }
    await replaceDurably(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw writeFailure(error, path);
  }
}

/** Gives the file its name for good; when that cannot be made durable, what had the name before has it again. */
async function replaceDurably(temporary: string, path: string): Promise<void> {
  const former = join(dirname(path), temporaryName());
  const isReplacing = await keepAs(path, former);
  try {
    await rename(temporary, path);
    try {
      await syncFolder(dirname(path));
    } catch (error) {
      if (isReplacing) await rename(former, path);
      else await rm(path, { force: true });
      throw error;
    }
  } finally {
    await rm(former, { force: true });
  }
}

/** @returns whether there is such a file */
async function keepAs(path: string, other: string): Promise<boolean> {
  try {
    await link(path, other);
    return true;
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return false;
    // Removable media often have file systems without links.
    await copyFile(path, other);
    return true;
  }
}

/** Makes renames and removals in a folder durable. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  await using _close = folder;
  await folder.sync();
}

/** Removes temporary files that processes of this computer left when they were killed. */
export async function removeAbandonedFiles(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const owner = /^\.partial-(\d+)-[0-9a-f]+-(.+)$/.exec(name);
    if (owner?.[2] !== hostname() || isProcessAlive(Number(owner[1]))) continue;
    await rm(join(folder, basename(name)), { force: true });
  }
}

/** A name that tells which process made the file, so that {@link removeAbandonedFiles} knows it later. */
export function temporaryName(): string {
  return `.partial-${process.pid}-${randomBytes(6).toString('hex')}-${hostname()}`;
}
