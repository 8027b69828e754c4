import { readFileSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { fail } from '@carrel/contract';
import { isErrorCode } from './atomic-file.ts';

/**
 * Makes this process the only agent of the folder until the lock is disposed of or the process ends, however it ends:
 * the lock is one that the system keeps for the process (an SQLite exclusive lock), so nothing stale can stay behind.
 *
 * @throws {AGENT_RUNNING} another process has it
 */
export function lockInstance(lockPath: string, agentFolder: string): Disposable {
  const database = new DatabaseSync(lockPath);
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;');
  } catch (error) {
    database.close();
    if (!(error instanceof Error) || !error.message.includes('locked')) throw error;
    throw fail('AGENT_RUNNING', { pid: readPid(lockPath), path: agentFolder }, error);
  }
  writeFileSync(pidPath(lockPath), `${process.pid}\n`, { mode: 0o600 });
  return { [Symbol.dispose]: () => database.close() };
}

function readPid(lockPath: string): string {
  try {
    return readFileSync(pidPath(lockPath), 'utf8').trim();
  } catch (error) {
    if (isErrorCode(error, 'ENOENT')) return 'unknown';
    throw error;
  }
}

function pidPath(lockPath: string): string {
  return `${lockPath}.pid`;
}
