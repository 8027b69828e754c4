import { fail } from '@carrel/contract';
import { type Migration, Migrator } from 'kysely/migration';
import type { Queries } from './database.ts';
import { up as initial } from './migrations/0001-initial.ts';
import { up as directories } from './migrations/0002-directories.ts';
import { up as singleSignOn } from './migrations/0003-single-sign-on.ts';
import { up as apiTokens } from './migrations/0004-api-tokens.ts';
import { up as workspaceHistory } from './migrations/0005-workspace-history.ts';
import { up as administrators } from './migrations/0006-administrators.ts';
import { up as devices } from './migrations/0007-devices.ts';
import { up as keys } from './migrations/0008-keys.ts';
import { up as leaseIndexes } from './migrations/0009-lease-indexes.ts';
import { up as plans } from './migrations/0010-plans.ts';
import { up as eventCodes } from './migrations/0011-event-codes.ts';

/** Every step a database goes through, oldest first. A step that has shipped is never changed. */
const migrations: Readonly<Record<string, Migration>> = {
  '0001-initial': { up: initial },
  '0002-directories': { up: directories },
  '0003-single-sign-on': { up: singleSignOn },
  '0004-api-tokens': { up: apiTokens },
  '0005-workspace-history': { up: workspaceHistory },
  '0006-administrators': { up: administrators },
  '0007-devices': { up: devices },
  '0008-keys': { up: keys },
  '0009-lease-indexes': { up: leaseIndexes },
  '0010-plans': { up: plans },
  '0011-event-codes': { up: eventCodes },
};

/**
 * Brings the tables up to date, all missing steps in one transaction.
 *
 * @param upTo the last step to go through
 * @throws {DATABASE_NEWER} it has steps, or is to have one, that this program does not know
 */
export async function migrateDatabase(queries: Queries, upTo?: string): Promise<void> {
  if (upTo !== undefined && !(upTo in migrations)) throw fail('DATABASE_NEWER', { migration: upTo });
  const migrator = new Migrator({
    db: queries,
    provider: { getMigrations: () => Promise.resolve({ ...migrations }) },
  });
  await refuseNewer(queries);
  const { error } = await (upTo === undefined ? migrator.migrateToLatest() : migrator.migrateTo(upTo));
  if (error instanceof Error) throw error;
  if (error !== undefined) throw new Error('the database could not be migrated', { cause: error });
}

async function refuseNewer(queries: Queries): Promise<void> {
  const unknown = (await appliedMigrations(queries)).findLast((name) => !(name in migrations));
  if (unknown !== undefined) throw fail('DATABASE_NEWER', { migration: unknown });
}

/** Names of the steps a database has gone through, oldest first. */
export async function appliedMigrations(queries: Queries): Promise<string[]> {
  const tables = await queries.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some((table) => table.name === 'kysely_migration')) return [];
  const applied = await queries
    .$extendTables<{ kyselyMigration: { name: string } }>()
    .selectFrom('kyselyMigration')
    .select('name')
    .orderBy('name')
    .execute();
  return applied.map(({ name }) => name);
}
