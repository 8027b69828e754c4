import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { pino } from 'pino';
import { type Database, openDatabase } from '../database/index.ts';
import { sharedPostgres } from './postgres/postgres-cluster.ts';

/** Every database the server supports; suites run once on each. */
export const databaseKinds = ['sqlite', 'postgres'] as const;
export type DatabaseKind = (typeof databaseKinds)[number];

export const silentLog = pino({ level: 'silent' });

/** An empty PostgreSQL database of its own. @returns its connection string */
export async function createPostgresDatabase(): Promise<string> {
  const sockets = await sharedPostgres();
  const name = `test_${randomBytes(8).toString('hex')}`;
  const client = new Client({ connectionString: connectionTo(sockets, 'postgres') });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${name}`);
  } finally {
    await client.end();
  }
  return connectionTo(sockets, name);
}

/** What a PostgreSQL database takes on disk. */
export async function postgresSizeBytes(connectionString: string): Promise<number> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    const { rows } = await client.query<{ size: string }>(
      'SELECT pg_database_size(current_database()) AS size',
    );
    return Number(rows[0]?.size ?? 0);
  } finally {
    await client.end();
  }
}

/** An open, empty, migrated database; gone when it is disposed of. */
export async function openTestDatabase(kind: DatabaseKind): Promise<Database> {
  if (kind === 'postgres') {
    return openDatabase({ kind, connectionString: await createPostgresDatabase() }, silentLog);
  }
  const folder = await mkdtemp(join(tmpdir(), 'carrel-database-'));
  const database = await openDatabase({ kind, path: join(folder, 'test.sqlite') }, silentLog);
  return {
    ...database,
    [Symbol.asyncDispose]: async () => {
      await database[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}

function connectionTo(sockets: string, name: string): string {
  return `postgres://carrel@localhost/${name}?host=${encodeURIComponent(sockets)}`;
}
