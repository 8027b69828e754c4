import { randomBytes } from 'node:crypto';
import { open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { type Clock, isAbortError, systemClock } from '@carrel/kit';
import { temporaryName } from './durable-file.ts';
import { isErrno, writeFailure } from './errno.ts';
import { isProcessAlive } from './process-alive.ts';

// A lock that shows no sign of life for so long was left by a computer, or before a restart of this one.
const staleAfterMs = 60_000;
const signOfLifeEveryMs = 15_000;
// Whoever made the file was killed before it wrote its name.
const namelessAfterMs = 5_000;

/**
 * Runs the work while no other process that takes the same lock does. The lock is a file made with O_EXCL; one left
 * by a process that died is taken over. Never judged by the wall clock, which may jump.
 *
 * @param path of the lock file; its folder exists
 * @throws {DISK_FULL}
 */
export async function withFileLock<T>(
  path: string,
  work: () => Promise<T>,
  clock: Clock = systemClock,
): Promise<T> {
  const owner = `${hostname()} ${process.pid} ${randomBytes(8).toString('hex')}`;
  let seen: SeenLock | undefined;
  while (!(await acquire(path, owner))) {
    seen = await look(path, seen, clock.monotonicMs());
    if (seen !== undefined && isAbandoned(seen, clock.monotonicMs())) await takeAway(path, seen);
    await clock.sleep(10 + Math.random() * 20);
  }
  const done = new AbortController();
  const living = showSignsOfLife(path, clock, done.signal);
  try {
    return await work();
  } finally {
    done.abort();
    await living;
    // Not one that took its place while this process was frozen.
    if ((await readOwner(path)) === owner) await rm(path, { force: true });
  }
}

/** A lock of another, as it has been since it was first seen so. */
interface SeenLock {
  readonly owner: string;
  readonly changedAtMs: number;
  readonly sinceMonotonicMs: number;
}

async function acquire(path: string, owner: string): Promise<boolean> {
  const file = await open(path, 'wx', 0o600).catch((error: unknown) => {
    if (isErrno(error, 'EEXIST')) return undefined;
    throw writeFailure(error, path);
  });
  if (file === undefined) return false;
  await using _close = file;
  try {
    await file.writeFile(owner);
    return true;
  } catch (error) {
    await rm(path, { force: true });
    throw writeFailure(error, path);
  }
}

async function look(
  path: string,
  before: SeenLock | undefined,
  nowMs: number,
): Promise<SeenLock | undefined> {
  const [owner, info] = [await readOwner(path), await stat(path).catch(ignoreMissing)];
  if (owner === undefined || info === undefined) return undefined;
  const isSame = before?.owner === owner && before.changedAtMs === info.mtimeMs;
  return isSame ? before : { owner, changedAtMs: info.mtimeMs, sinceMonotonicMs: nowMs };
}

function isAbandoned(seen: SeenLock, nowMs: number): boolean {
  const [host, pid] = seen.owner.split(' ');
  const unchangedMs = nowMs - seen.sinceMonotonicMs;
  if (pid === undefined) return unchangedMs > namelessAfterMs;
  return (host === hostname() && !isProcessAlive(Number(pid))) || unchangedMs > staleAfterMs;
}

/** Moved aside first: of several processes that find it abandoned, one succeeds. */
async function takeAway(path: string, seen: SeenLock): Promise<void> {
  if ((await readOwner(path)) !== seen.owner) return;
  const aside = join(dirname(path), temporaryName());
  await rename(path, aside).catch(ignoreMissing);
  await rm(aside, { force: true });
}

async function showSignsOfLife(path: string, clock: Clock, signal: AbortSignal): Promise<void> {
  try {
    for (;;) {
      await clock.sleep(signOfLifeEveryMs, signal);
      // Only that it is another than before counts, not which.
      const now = new Date(clock.nowMs());
      await utimes(path, now, now).catch(ignoreMissing);
    }
  } catch (error) {
    if (!isAbortError(error)) throw error;
  }
}

async function readOwner(path: string): Promise<string | undefined> {
  return await readFile(path, 'utf8').catch(ignoreMissing);
}

function ignoreMissing(error: unknown): undefined {
  if (!isErrno(error, 'ENOENT')) throw error;
  return undefined;
}
