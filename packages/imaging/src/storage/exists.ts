import { stat } from 'node:fs/promises';
import { isErrno } from './errno.ts';

/** Whether there is something at a path. */
export async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return false;
    throw error;
  }
}
