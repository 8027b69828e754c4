import { CamelCasePlugin, type Dialect, Kysely } from 'kysely';
import type { Logger } from 'pino';
import type { DatabaseCapabilities } from './capabilities.ts';
import type { Database } from './database.ts';
import { createPostgresDialect, createPostgresPool, postgresCapabilities } from './dialects/postgres.ts';
import { NodeSqliteDialect, sqliteCapabilities } from './dialects/sqlite.ts';
import { availabilityError } from './driver-errors.ts';
import { migrateDatabase } from './migrate.ts';
import { lockDatabase } from './server-lock.ts';
import type { Tables } from './tables.ts';

/** Where the data is. A connection string is a secret. */
export type DatabaseLocation =
  | { readonly kind: 'sqlite'; readonly path: string }
  | { readonly kind: 'postgres'; readonly connectionString: string };

/** What happens to a database before it is used otherwise than by its server. */
export interface DatabasePreparation {
  /** Looks at it, or clears it, before its tables are brought up to date. */
  begin(database: Database): Promise<void>;
  /** The last step its tables go through. */
  readonly upTo: string | undefined;
}

/**
 * Opens the database, makes this server its only one, and brings its tables up to date.
 *
 * @param preparation for a backup that is to be put into it
 * @throws {DATABASE_UNREACHABLE} it does not answer
 * @throws {DATABASE_LOCKED} another server or program holds it
 * @throws {DATABASE_NEWER} a newer server has migrated it
 */
export async function openDatabase(
  location: DatabaseLocation,
  log: Logger,
  preparation?: DatabasePreparation,
): Promise<Database> {
  const database = location.kind === 'sqlite' ? openSqlite(location.path) : await openPostgres(location, log);
  try {
    await preparation?.begin(database);
    await migrateDatabase(database.queries, preparation?.upTo);
    return database;
  } catch (error) {
    await database[Symbol.asyncDispose]();
    throw availabilityError(error);
  }
}

/**
 * Opens the database beside the server that runs on it, to read what is there.
 *
 * @throws {DATABASE_UNREACHABLE}
 */
export function openDatabaseForReading(location: DatabaseLocation, log: Logger): Promise<Database> {
  if (location.kind === 'sqlite') return Promise.resolve(openSqlite(location.path));
  const pool = createPostgresPool(location.connectionString, warnOf(log));
  return Promise.resolve(bind(createPostgresDialect(pool), postgresCapabilities, () => Promise.resolve()));
}

function openSqlite(path: string): Database {
  return bind(new NodeSqliteDialect(path), sqliteCapabilities, () => Promise.resolve());
}

async function openPostgres(
  { connectionString }: { readonly connectionString: string },
  log: Logger,
): Promise<Database> {
  const pool = createPostgresPool(connectionString, warnOf(log));
  try {
    const lock = await lockDatabase(pool);
    return bind(createPostgresDialect(pool), postgresCapabilities, lock.release);
  } catch (error) {
    await pool.end();
    throw availabilityError(error);
  }
}

function bind(
  dialect: Dialect,
  capabilities: DatabaseCapabilities,
  releaseLock: () => Promise<void>,
): Database {
  const queries = new Kysely<Tables>({ dialect, plugins: [new CamelCasePlugin()] });
  return {
    queries,
    capabilities,
    transaction: (work) => queries.transaction().execute(work),
    // With one connection a transaction sees one moment anyway.
    snapshot: (work) =>
      capabilities.supportsConcurrentWriters
        ? queries.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(work)
        : queries.transaction().execute(work),
    [Symbol.asyncDispose]: async () => {
      await releaseLock();
      await queries.destroy();
    },
  };
}

function warnOf(log: Logger): (error: Error) => void {
  return (error) => log.warn({ err: error }, 'a database connection broke and is being replaced');
}
