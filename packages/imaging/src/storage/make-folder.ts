import { mkdir, rmdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { isErrno, writeFailure } from './errno.ts';
import { exists } from './exists.ts';

/**
 * Makes a folder and those above it that are missing; when that fails, none of them is left.
 *
 * @returns the topmost folder that was missing, `undefined` when all were there
 * @throws {DISK_FULL}
 */
export async function makeFolder(path: string, mode = 0o777): Promise<string | undefined> {
  const missing: string[] = [];
  for (let folder = resolve(path); !(await exists(folder)); folder = dirname(folder)) missing.push(folder);
  try {
    await mkdir(path, { recursive: true, mode });
  } catch (error) {
    // Those that were not made, or that something was put into since, stay as they are.
    for (const folder of missing) await rmdir(folder).catch(ignoreUnremoved);
    throw writeFailure(error, path);
  }
  return missing.at(-1);
}

function ignoreUnremoved(error: unknown): void {
  const isExpected = ['ENOENT', 'ENOTEMPTY', 'EEXIST'].some((code) => isErrno(error, code));
  if (!isExpected) throw error;
}
