import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { fail } from '@carrel/contract/errors';
import { isErrno, writeFailure } from '../../storage/errno.ts';
import { isFull, isSqliteError } from './index-database.ts';

/** SQLite extends its files by less. */
const neededBytes = 64 * 1024;

/** What to report when the index at this path could not be written. */
export function refreshFailure(error: unknown, path: string): Error {
  if (isFull(error) || (isInputOutput(error) && hasNoRoom(dirname(path))))
    return fail('DISK_FULL', { path }, error);
  const failure = writeFailure(error, path);
  if (failure instanceof Error && !isRefused(failure)) return failure;
  const reason = failure instanceof Error ? failure.message : String(failure);
  return fail('SEED_INDEX_UNWRITABLE', { path, reason }, failure);
}

/** SQLITE_IOERR, which is also what SQLite says when its shared memory finds no room. */
function isInputOutput(error: unknown): boolean {
  return isSqliteError(error) && (error.errcode & 0xff) === 10;
}

function hasNoRoom(folder: string): boolean {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize < neededBytes;
}

/** Whether the place itself is at fault: what is in the way, rights, a read-only file system, a broken disk. */
function isRefused(error: Error): boolean {
  // SQLITE_PERM, READONLY, IOERR, CANTOPEN, AUTH.
  if (isSqliteError(error)) return [3, 8, 10, 14, 23].includes(error.errcode & 0xff);
  return ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EISDIR', 'EEXIST', 'EIO'].some((code) =>
    isErrno(error, code),
  );
}
