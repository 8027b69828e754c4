import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isAppError } from '@carrel/kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createPostgresDatabase,
  databaseKinds,
  openTestDatabase,
  silentLog,
} from '../testing/test-database.ts';
import type { Database } from './database.ts';
import { isUniqueViolation } from './driver-errors.ts';
import { openDatabase } from './open-database.ts';

const setting = () => ({ name: randomBytes(8).toString('hex'), valueJson: '1' });

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return isAppError(error) ? error.code : `not an AppError: ${String(error)}`;
}

describe.each(databaseKinds)('database on %s', (kind) => {
  let database: Database;
  beforeAll(async () => {
    database = await openTestDatabase(kind);
  });
  afterAll(() => database[Symbol.asyncDispose]());

  it('keeps a transaction that ends well and nothing of one that fails', async () => {
    const [kept, lost] = [setting(), setting()];
    await database.transaction((transaction) => transaction.insertInto('settings').values(kept).execute());
    const failing = database.transaction(async (transaction) => {
      await transaction.insertInto('settings').values(lost).execute();
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    const rows = await database.queries
      .selectFrom('settings')
      .select('name')
      .where('name', 'in', [kept.name, lost.name])
      .execute();
    expect(rows).toEqual([{ name: kept.name }]);
  });

  it('keeps whole numbers up to 2^53 as numbers', async () => {
    const sequence = Number.MAX_SAFE_INTEGER;
    const time = Date.UTC(2100, 0);
    const entry = {
      sequence,
      time,
      actor: '',
      action: '',
      target: '',
      outcome: '',
      detailsJson: '',
      hash: '',
    };
    await database.queries.insertInto('auditEntries').values(entry).execute();
    expect(await database.queries.selectFrom('auditEntries').selectAll().execute()).toEqual([entry]);
  });

  it('tells a key that is taken from other failures', async () => {
    const row = setting();
    const insert = () => database.queries.insertInto('settings').values(row).execute();
    await insert();
    await expect(insert()).rejects.toSatisfy(isUniqueViolation);
    const dangling = { groupId: 'none', userId: 'none' };
    const refused = database.queries.insertInto('groupUsers').values(dangling).execute();
    await expect(refused).rejects.toSatisfy((error) => !isUniqueViolation(error));
  });

  it('runs transactions started at once without losing one', async () => {
    await database.queries.insertInto('settings').values({ name: 'count', valueJson: '0' }).execute();
    const add = () =>
      database.transaction(async (transaction) => {
        const row = await transaction
          .updateTable('settings')
          .set({ valueJson: 'held' })
          .where('name', '=', 'count')
          .returning('name')
          .executeTakeFirstOrThrow();
        await transaction.insertInto('settings').values(setting()).execute();
        return row.name;
      });
    expect(await Promise.all(Array.from({ length: 20 }, add))).toHaveLength(20);
  });
});

describe.each(databaseKinds)('opening a database on %s', (kind) => {
  let scratch: string;
  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'carrel-open-'));
  });
  afterAll(() => rm(scratch, { recursive: true }));

  async function location() {
    if (kind === 'postgres') return { kind, connectionString: await createPostgresDatabase() } as const;
    return { kind, path: join(scratch, `${randomBytes(8).toString('hex')}.sqlite`) } as const;
  }

  it('finds what an earlier server stored', async () => {
    const where = await location();
    const row = setting();
    {
      await using first = await openDatabase(where, silentLog);
      await first.queries.insertInto('settings').values(row).execute();
    }
    await using second = await openDatabase(where, silentLog);
    expect(await second.queries.selectFrom('settings').selectAll().execute()).toEqual([row]);
  });

  it('refuses tables that a newer server has changed', async () => {
    const where = await location();
    {
      await using first = await openDatabase(where, silentLog);
      await first.queries
        .$extendTables<{ kyselyMigration: { name: string; timestamp: string } }>()
        .insertInto('kyselyMigration')
        .values({ name: '9999-from-the-future', timestamp: '' })
        .execute();
    }
    expect(await codeOf(openDatabase(where, silentLog))).toBe('DATABASE_NEWER');
  });

  it('refuses a database that another program holds', async () => {
    const where = await location();
    if (where.kind === 'sqlite') {
      using other = new DatabaseSync(where.path);
      other.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
      expect(await codeOf(openDatabase(where, silentLog))).toBe('DATABASE_LOCKED');
    } else {
      await using first = await openDatabase(where, silentLog);
      expect(await codeOf(openDatabase(where, silentLog))).toBe('DATABASE_LOCKED');
      expect(await first.queries.selectFrom('users').select('id').execute()).toEqual([]);
    }
    await using again = await openDatabase(where, silentLog);
    expect(await again.queries.selectFrom('auditHead').select('id').execute()).toEqual([{ id: 1 }]);
  });
});

it('says that a PostgreSQL server is not there', async () => {
  const connectionString = 'postgres://nobody@127.0.0.1:9/none';
  expect(await codeOf(openDatabase({ kind: 'postgres', connectionString }, silentLog))).toBe(
    'DATABASE_UNREACHABLE',
  );
});

it('leaves nothing of a migration that is interrupted', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'carrel-migration-'));
  const path = join(folder, 'x.sqlite');
  {
    // A table that the first step wants to make halfway makes it fail there.
    using file = new DatabaseSync(path);
    file.exec('CREATE TABLE leases (x text)');
  }
  await expect(openDatabase({ kind: 'sqlite', path }, silentLog)).rejects.toThrow('leases');
  {
    using file = new DatabaseSync(path);
    expect(file.prepare("SELECT name FROM sqlite_master WHERE name = 'users'").all()).toEqual([]);
    file.exec('DROP TABLE leases');
  }
  await using database = await openDatabase({ kind: 'sqlite', path }, silentLog);
  expect(await database.queries.selectFrom('users').select('id').execute()).toEqual([]);
  await rm(folder, { recursive: true });
});
