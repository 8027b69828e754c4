import { fail, type Secret } from '@carrel/contract';
import type { Queries } from '../database/index.ts';
import { isoTime } from '../database/values.ts';
import type { MasterKey } from '../instance/index.ts';

/** A secret to keep: the password of a directory account, a client secret, an account that joins computers. */
export interface NewSecret {
  readonly name: string;
  readonly value: string;
  /** User name of who gave it. */
  readonly updatedBy: string;
}

/**
 * What a secret is sealed for. It has the name in it, so that swapping two rows of the table gives neither secret in
 * the place of the other.
 */
export function secretPurpose(name: string): string {
  return `secret:${name}`;
}

/** Keeps a secret, sealed by the master key, in place of what the name stood for. */
export async function putSecret(
  queries: Queries,
  masterKey: MasterKey,
  { name, value, updatedBy }: NewSecret,
  nowMs: number,
): Promise<Secret> {
  const content = {
    wrappedValue: masterKey.wrap(secretPurpose(name), Buffer.from(value, 'utf8')),
    updatedAt: nowMs,
    updatedBy,
  };
  await queries
    .insertInto('secrets')
    .values({ name, ...content })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(content))
    .execute();
  return { name, updatedAt: isoTime(nowMs), updatedBy };
}

/**
 * The value of a secret. It goes to whom it is meant for and nowhere else: not into logs, answers or policies.
 *
 * @throws {NOT_FOUND}
 */
export async function readSecret(queries: Queries, masterKey: MasterKey, name: string): Promise<string> {
  const row = await queries
    .selectFrom('secrets')
    .select('wrappedValue')
    .where('name', '=', name)
    .executeTakeFirst();
  if (!row) throw fail('NOT_FOUND', { kind: 'secret', id: name });
  return masterKey.unwrap(secretPurpose(name), row.wrappedValue).toString('utf8');
}

/** What secrets there are, by name; not their values. */
export async function listSecrets(queries: Queries): Promise<Secret[]> {
  const rows = await queries
    .selectFrom('secrets')
    .select(['name', 'updatedAt', 'updatedBy'])
    .orderBy('name')
    .execute();
  return rows.map((row) => ({ ...row, updatedAt: isoTime(row.updatedAt) }));
}

/** @throws {NOT_FOUND} */
export async function deleteSecret(queries: Queries, name: string): Promise<void> {
  const { numDeletedRows } = await queries.deleteFrom('secrets').where('name', '=', name).executeTakeFirst();
  if (numDeletedRows === 0n) throw fail('NOT_FOUND', { kind: 'secret', id: name });
}
