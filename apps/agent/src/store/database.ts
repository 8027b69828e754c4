import { DatabaseSync } from 'node:sqlite';
import { fail } from '@carrel/contract';

/** The agent's database. Every call is durable when it returns. */
export interface AgentDatabase extends Disposable {
  readonly sqlite: DatabaseSync;
  /** Runs the work in one transaction, which is taken back when the work throws. Within another it is part of that. */
  transaction<T>(work: () => T): T;
}

const migrations = [
  `CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
   CREATE TABLE events (sequence INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
   CREATE TABLE grants (
     user_id TEXT PRIMARY KEY, user_name TEXT NOT NULL, sealed_grant BLOB NOT NULL
   ) STRICT;
   CREATE TABLE leases (
     workspace_id TEXT NOT NULL, user_id TEXT NOT NULL, jws TEXT NOT NULL,
     PRIMARY KEY (workspace_id, user_id)
   ) STRICT;
   CREATE TABLE workspaces (
     workspace_id TEXT NOT NULL, user_id TEXT NOT NULL, record TEXT NOT NULL,
     PRIMARY KEY (workspace_id, user_id)
   ) STRICT;
   CREATE TABLE operations (id TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT;`,
  `CREATE TABLE verifiers (user_id TEXT PRIMARY KEY, sealed_verifier BLOB NOT NULL) STRICT;
   CREATE TABLE device_actions (id TEXT PRIMARY KEY, action TEXT NOT NULL, outcome TEXT) STRICT;`,
];

/**
 * Opens the database, making or migrating it as needed. `synchronous = FULL`, so that an event that was recorded
 * survives a power cut; `secure_delete`, so that a lease that was removed leaves nothing to be read.
 *
 * @throws {STORE_DAMAGED} the file is no database of an agent, or is broken
 */
export function openDatabase(path: string): AgentDatabase {
  let sqlite: DatabaseSync | undefined;
  try {
    sqlite = new DatabaseSync(path, { timeout: 5_000, defensive: true });
    sqlite.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;');
    migrate(sqlite);
  } catch (error) {
    sqlite?.close();
    throw fail('STORE_DAMAGED', { path, reason: error instanceof Error ? error.message : 'unknown' }, error);
  }
  return bind(sqlite);
}

function bind(sqlite: DatabaseSync): AgentDatabase {
  return {
    sqlite,
    transaction: (work) => (sqlite.isTransaction ? work() : inTransaction(sqlite, work)),
    [Symbol.dispose]: () => sqlite.close(),
  };
}

function migrate(sqlite: DatabaseSync): void {
  const current = Number(sqlite.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
  if (current > migrations.length) throw new Error(`it was made by a newer agent (layout ${current})`);
  for (const [index, script] of migrations.entries()) {
    if (index < current) continue;
    inTransaction(sqlite, () => sqlite.exec(`${script} PRAGMA user_version = ${index + 1};`));
  }
}

function inTransaction<T>(sqlite: DatabaseSync, work: () => T): T {
  sqlite.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    sqlite.exec('COMMIT');
    return result;
  } catch (error) {
    if (sqlite.isTransaction) sqlite.exec('ROLLBACK');
    throw error;
  }
}
