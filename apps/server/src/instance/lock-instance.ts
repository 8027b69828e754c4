import { readFileSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { fail } from '@carrel/contract';
import type { InstancePaths } from './instance-paths.ts';

/**
 * Makes this process the only one that works on the folder, until the lock is disposed of or the process ends. The
 * system keeps the lock for the process (it is SQLite's on an empty file), so none stays behind after a crash; the
 * number beside it is only for the message.
 *
 * @throws {INSTANCE_LOCKED} another process has it
 */
export function lockInstance(paths: InstancePaths): Disposable {
  const pidPath = `${paths.lock}.pid`;
  const file = new DatabaseSync(paths.lock, { timeout: 200 });
  try {
    file.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;');
  } catch (error) {
    file.close();
    if (!isBusy(error)) throw error;
    throw fail('INSTANCE_LOCKED', { pid: readPid(pidPath), path: paths.folder }, error);
  }
  writeFileSync(pidPath, `${process.pid}\n`, { mode: 0o600 });
  return { [Symbol.dispose]: () => file.close() };
}

/** SQLITE_BUSY. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === 5;
}

function readPid(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'unknown';
    throw error;
  }
}
