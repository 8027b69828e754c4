import { sql } from 'kysely';
import type { Queries } from '../database/index.ts';
import { leaseKeyPurpose } from './lease-keys.ts';
import type { MasterKey } from './master-key.ts';
import { rootSecretPurpose } from './root-secret.ts';

/** A column whose values the master key has sealed. */
interface WrappedColumn {
  readonly table: string;
  readonly id: string;
  readonly column: string;
  /** What the value of a row is sealed for. */
  readonly purpose: (id: string) => string;
}

/** Every column that holds what the master key sealed. A test finds those of the database that are missing here. */
export const wrappedColumns: readonly WrappedColumn[] = [
  { table: 'lease_keys', id: 'kid', column: 'wrapped_key', purpose: () => leaseKeyPurpose },
  { table: 'repository_keys', id: 'key_id', column: 'wrapped_key', purpose: () => 'repository-key' },
  { table: 'secrets', id: 'name', column: 'wrapped_value', purpose: (name) => `secret:${name}` },
  {
    table: 'directories',
    id: 'id',
    column: 'wrapped_password',
    purpose: (id) => `directory-bind:${id}`,
  },
  { table: 'sessions', id: 'token_hash', column: 'sign_out_hint', purpose: () => 'sign-out-hint' },
  { table: 'root_secrets', id: 'name', column: 'wrapped_key', purpose: rootSecretPurpose },
];

interface WrappedRow {
  readonly id: string;
  readonly wrapped: string;
}

/** What the master key has sealed in a column; a private key that was destroyed is empty and left out. */
async function wrappedRows(queries: Queries, { table, id, column }: WrappedColumn): Promise<WrappedRow[]> {
  const answer = await sql<WrappedRow>`
    select ${sql.ref(id)} as id, ${sql.ref(column)} as wrapped from ${sql.table(table)}
    where ${sql.ref(column)} <> ''`.execute(queries);
  return answer.rows;
}

/** Puts everything from under one master key under another. @returns how many secrets there were */
export async function rewrapAll(queries: Queries, from: MasterKey, to: MasterKey): Promise<number> {
  let count = 0;
  for (const place of wrappedColumns) {
    for (const row of await wrappedRows(queries, place)) {
      const purpose = place.purpose(row.id);
      const wrapped = to.wrap(purpose, from.unwrap(purpose, row.wrapped));
      await sql`
        update ${sql.table(place.table)} set ${sql.ref(place.column)} = ${wrapped}
        where ${sql.ref(place.id)} = ${row.id}`.execute(queries);
      count += 1;
    }
  }
  return count;
}

/** Whether the key opens what this database keeps; also when it keeps nothing yet. */
export async function opensDatabase(queries: Queries, key: MasterKey): Promise<boolean> {
  for (const place of wrappedColumns) {
    const [row] = await wrappedRows(queries, place);
    if (row === undefined) continue;
    try {
      key.unwrap(place.purpose(row.id), row.wrapped);
      return true;
    } catch (error) {
      // Node names no code for a tag that does not fit; any failure here means the same thing.
      if (error instanceof Error) return false;
      throw error;
    }
  }
  return true;
}
