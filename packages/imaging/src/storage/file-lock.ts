import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { type Clock, systemClock } from '@carrel/kit';
import { isErrno } from './errno.ts';

// The work done under a lock is one small file; whoever holds it longer has died on another computer.
const staleAfterMs = 60_000;

/**
 * Runs the work while no other process that takes the same lock does. The lock is a file made with O_EXCL; one left
 * by a process that died is taken over.
 *
 * @param path of the lock file; its folder exists
 */
export async function withFileLock<T>(
  path: string,
  work: () => Promise<T>,
  clock: Clock = systemClock,
): Promise<T> {
  while (!(await acquire(path))) {
    await clearStale(path, clock.nowMs());
    await clock.sleep(10 + Math.random() * 20);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function acquire(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx', 0o600);
    await using _close = file;
    await file.writeFile(`${hostname()} ${process.pid}\n`);
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    throw error;
  }
}

async function clearStale(path: string, nowMs: number): Promise<void> {
  const [owner, info] = await Promise.all([
    readFile(path, 'utf8').catch(ignoreMissing),
    stat(path).catch(ignoreMissing),
  ]);
  if (owner === undefined || info === undefined) return;
  const [host, pid] = owner.trim().split(' ');
  const isDead = host === hostname() && pid !== undefined && !isProcessAlive(Number(pid));
  if (!isDead && nowMs - info.mtimeMs < staleAfterMs) return;
  // Moved aside first: of several processes that find it stale, one succeeds.
  const aside = `${path}.stale-${process.pid}`;
  await rename(path, aside).catch(ignoreMissing);
  await rm(aside, { force: true });
}

/** Whether a process of this id runs on this computer. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !isErrno(error, 'ESRCH');
  }
}

function ignoreMissing(error: unknown): undefined {
  if (!isErrno(error, 'ENOENT')) throw error;
  return undefined;
}
