import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isErrno } from '../../storage/errno.ts';
import { isProcessAlive } from '../../storage/process-alive.ts';

/**
 * Makes a folder that only this user may enter, with a path short enough for unix sockets, and removes those that
 * processes left which were killed. The caller removes it.
 *
 * @param base where to make it; default: the temporary folder, if its own path is short enough
 */
export async function makePrivateFolder(base = tmpdir().length < 80 ? tmpdir() : '/tmp'): Promise<string> {
  for (const name of await readdir(base)) {
    const owner = /^carrel-source-(\d+)-\w+$/.exec(name)?.[1];
    if (owner === undefined || isProcessAlive(Number(owner))) continue;
    await rm(join(base, name), { recursive: true, force: true }).catch(passOver);
  }
  return await mkdtemp(join(base, `carrel-source-${process.pid}-`));
}

/** The folder of another user is that user's to remove. */
function passOver(error: unknown): void {
  if (!isErrno(error, 'EACCES') && !isErrno(error, 'EPERM')) throw error;
}
