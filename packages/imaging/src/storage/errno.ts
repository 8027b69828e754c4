import { fail } from '@carrel/contract/errors';

/** Whether the value is a system error of this code. */
export function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/** The error to report when writing `path` failed: DISK_FULL where that is why, else the error itself. */
export function writeFailure(error: unknown, path: string): unknown {
  const isFull = isErrno(error, 'ENOSPC') || isErrno(error, 'EDQUOT') || isErrno(error, 'EFBIG');
  return isFull ? fail('DISK_FULL', { path }, error) : error;
}
