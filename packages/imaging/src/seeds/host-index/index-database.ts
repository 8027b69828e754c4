import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * The file of one key's index. Rows are facts about files as they once were; whoever uses a block verifies it, so a
 * row that is out of date costs nothing but the attempt. `rank` is the position of the included folder above, `seen`
 * the refresh that last found the folder. The 64-bit numbers are read as `bigint`.
 */
const layout = `
  CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  CREATE TABLE folders (
    id INTEGER PRIMARY KEY, path BLOB NOT NULL UNIQUE, rank INTEGER NOT NULL, seen INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE files (
    id INTEGER PRIMARY KEY, folder INTEGER NOT NULL, name BLOB NOT NULL,
    size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, ctime_ns INTEGER NOT NULL, inode INTEGER NOT NULL,
    ids BLOB NOT NULL
  ) STRICT;
  CREATE INDEX files_by_folder ON files (folder);
`;

/** Raised when the tables or their meaning change; an index of another layout is made anew. */
const layoutVersion = 1;
const busyTimeoutMs = 5_000;

/**
 * Opens the index of a key for writing. One that is damaged or of another layout is thrown away: it can be made
 * again, and nothing else can be done with it. The caller closes it, and holds the lock of the folder.
 */
export function openIndexDatabase(path: string): DatabaseSync {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  try {
    return openExisting(path) ?? create(path);
  } catch (error) {
    if (!isDamage(error)) throw error;
    return create(path);
  }
}

/** Opens the index of a key for looking up; `undefined` when there is none that can be used. The caller closes it. */
export function openIndexForReading(path: string): DatabaseSync | undefined {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { readOnly: true, timeout: busyTimeoutMs });
    if (versionOf(database) === layoutVersion) return database;
  } catch (error) {
    if (!isSqliteError(error)) throw error;
  }
  database?.close();
  return undefined;
}

/** Removes an index with the files that belong to it. */
export function removeIndexDatabase(path: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true });
}

/** Runs the work in one transaction, which is taken back when it throws. */
export function inTransaction(database: DatabaseSync, work: () => void): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    work();
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/** Whether the file is no database, or a broken one (SQLITE_ERROR for tables that are not there). */
export function isDamage(error: unknown): boolean {
  return isSqliteError(error) && [1, 11, 26].includes(error.errcode & 0xff);
}

/** SQLITE_FULL. */
export function isFull(error: unknown): boolean {
  return isSqliteError(error) && (error.errcode & 0xff) === 13;
}

/** SQLITE_BUSY. */
export function isBusy(error: unknown): boolean {
  return isSqliteError(error) && (error.errcode & 0xff) === 5;
}

export function isSqliteError(error: unknown): error is Error & { readonly errcode: number } {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number';
}

function openExisting(path: string): DatabaseSync | undefined {
  const database = connect(path);
  try {
    if (versionOf(database) === layoutVersion && isSound(database)) return database;
  } catch (error) {
    database.close();
    throw error;
  }
  database.close();
  return undefined;
}

function create(path: string): DatabaseSync {
  removeIndexDatabase(path);
  const database = connect(path);
  try {
    // Before the first table, so that what files leave behind can be given back to the file system.
    database.exec('PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL;');
    inTransaction(database, () => database.exec(`${layout} PRAGMA user_version = ${layoutVersion};`));
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function connect(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: busyTimeoutMs, defensive: true });
  // A power cut may lose the last seconds of work, which the next refresh does again.
  database.exec('PRAGMA synchronous = NORMAL; PRAGMA cache_size = -4096;');
  return database;
}

function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
}

function isSound(database: DatabaseSync): boolean {
  return database.prepare('PRAGMA quick_check(1)').get()?.['quick_check'] === 'ok';
}
