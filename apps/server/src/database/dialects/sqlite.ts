import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import {
  type DialectAdapter,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDialect,
  type SqliteStatement,
} from 'kysely';
import type { DatabaseCapabilities } from '../capabilities.ts';

export const sqliteCapabilities: DatabaseCapabilities = {
  supportsConcurrentWriters: false,
  supportsRowLocks: false,
  supportsAdvisoryLocks: false,
  lateForeignKeys: 'deferrable',
};

/** How long a statement waits for another program that holds the file. */
const busyTimeoutMs = 5_000;

/**
 * Kysely's SQLite dialect over `node:sqlite`. A committed transaction survives a power cut (WAL with
 * synchronous=FULL).
 *
 * @param path a file, made when it is missing
 */
export class NodeSqliteDialect extends SqliteDialect {
  constructor(path: string) {
    super({ database: () => Promise.resolve(openFile(path)) });
  }

  override createAdapter(): DialectAdapter {
    return new TransactionalDdlAdapter();
  }
}

/** SQLite's DDL is transactional, so a migration that is interrupted leaves nothing behind. */
class TransactionalDdlAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

function openFile(path: string): SqliteDatabase {
  const database = new DatabaseSync(path, { timeout: busyTimeoutMs, enableForeignKeyConstraints: true });
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
  } catch (error) {
    database.close();
    throw error;
  }
  return {
    close: () => database.close(),
    prepare: rememberStatements(database),
  };
}

/** Statements kept ready: the server has a few hundred, and preparing one takes longer than running it. */
const statementsKept = 500;

/** Prepares each statement once; the one that was not used for longest goes when there are too many. */
function rememberStatements(database: DatabaseSync): (sql: string) => SqliteStatement {
  const known = new Map<string, SqliteStatement>();
  return (sql) => {
    const statement = known.get(sql) ?? adaptStatement(database, sql);
    known.delete(sql);
    known.set(sql, statement);
    const [oldest] = known.keys();
    if (known.size > statementsKept && oldest !== undefined) known.delete(oldest);
    return statement;
  };
}

function adaptStatement(database: DatabaseSync, sql: string): SqliteStatement {
  const statement = database.prepare(sql);
  const bind = (parameters: readonly unknown[]): SQLInputValue[] => parameters as SQLInputValue[];
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...bind(parameters)),
    run: (parameters) => statement.run(...bind(parameters)),
    // One of its own: a statement that is being read from cannot be run again before the end.
    iterate: (parameters) => database.prepare(sql).iterate(...bind(parameters)),
  };
}
