import { PostgresDialect } from 'kysely';
import { Pool, types } from 'pg';
import Cursor from 'pg-cursor';
import type { DatabaseCapabilities } from '../capabilities.ts';

export const postgresCapabilities: DatabaseCapabilities = {
  supportsConcurrentWriters: true,
  supportsRowLocks: true,
  supportsAdvisoryLocks: true,
  lateForeignKeys: 'droppable',
};

const connections = 10;
const connectTimeoutMs = 10_000;
/** Nothing the server asks takes this long; what does is cut off rather than holding a connection. */
const statementTimeoutMs = 30_000;
const int8 = types.builtins.INT8;

/** A pool of connections. Whole numbers come as `number`: nothing stored here exceeds 2^53. */
export function createPostgresPool(connectionString: string, onIdleError: (error: Error) => void): Pool {
  const pool = new Pool({
    connectionString,
    max: connections,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    application_name: 'carrel-server',
    types: {
      getTypeParser: (oid, format): unknown => (oid === int8 ? Number : types.getTypeParser(oid, format)),
    },
  });
  // A connection that breaks while idle is replaced by the pool; without a listener it would end the process.
  pool.on('error', onIdleError);
  return pool;
}

export function createPostgresDialect(pool: Pool): PostgresDialect {
  return new PostgresDialect({ pool, cursor: Cursor });
}
