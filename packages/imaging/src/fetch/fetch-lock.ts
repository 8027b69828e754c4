import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { fail } from '@carrel/contract/errors';
import { systemClock } from '@carrel/kit';
import { isErrno, writeFailure } from '../storage/errno.ts';
import { isProcessAlive } from '../storage/process-alive.ts';

const tries = 20;
// Its owner writes its name right after it made the file, unless it was killed in between.
const namelessMs = 500;

/**
 * Makes sure that nobody else fetches to the same file: `PATH.partial.lock` names the process that does. One left by a
 * process that died is taken over. Disposing it lets others fetch.
 *
 * @throws {TARGET_IN_USE} {DISK_FULL}
 */
export async function lockFetch(outputPath: string): Promise<AsyncDisposable> {
  const path = `${outputPath}.partial.lock`;
  const owner = `${hostname()} ${process.pid} ${await startTimeOf(process.pid)} ${randomBytes(8).toString('hex')}`;
  try {
    await mkdir(dirname(outputPath), { recursive: true });
    for (let attempt = 0; !(await isMade(path, owner)); attempt += 1) {
      const isTakenAway = attempt < tries && (await takeAwayAbandoned(path));
      if (!isTakenAway) throw fail('TARGET_IN_USE', { path: outputPath });
    }
  } catch (error) {
    throw writeFailure(error, path);
  }
  return {
    [Symbol.asyncDispose]: async () => {
      if ((await ownerOf(path)) === owner) await rm(path, { force: true });
    },
  };
}

async function isMade(path: string, owner: string): Promise<boolean> {
  try {
    await writeFile(path, owner, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    throw error;
  }
}

/** Removes the lock when its owner is gone; tells whether it is worth trying again. */
async function takeAwayAbandoned(path: string): Promise<boolean> {
  let owner = await ownerOf(path);
  if (owner === '') {
    await systemClock.sleep(namelessMs);
    owner = await ownerOf(path);
  }
  if (owner === undefined) return true;
  if (await isHeld(owner)) return false;
  // Moved aside first: of several that find it abandoned, one succeeds.
  const aside = `${path}.${process.pid}-${randomBytes(6).toString('hex')}`;
  await rename(path, aside).catch(ignoreMissing);
  await rm(aside, { force: true });
  return true;
}

async function isHeld(owner: string): Promise<boolean> {
  const [host, pid, startTime] = owner.split(' ');
  if (owner === '') return false;
  // Of processes of other computers nothing is known.
  if (host !== hostname()) return true;
  return isProcessAlive(Number(pid)) && (await startTimeOf(Number(pid))) === startTime;
}

async function ownerOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Tells a process from a later one of the same number, where the system says; see proc(5), field 22 of `stat`. */
async function startTimeOf(pid: number): Promise<string> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? 'unknown';
  } catch (error) {
    if (isErrno(error, 'ENOENT') || isErrno(error, 'ESRCH')) return 'unknown';
    throw error;
  }
}

function ignoreMissing(error: unknown): void {
  if (!isErrno(error, 'ENOENT')) throw error;
}
