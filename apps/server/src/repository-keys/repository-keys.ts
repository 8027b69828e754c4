import { fail } from '@carrel/contract';
import type { Queries } from '../database/index.ts';
import type { MasterKey } from '../instance/index.ts';

const purpose = 'repository-key';

/** Keeps a repository key, sealed by the master key; one that is kept already stays as it is. */
export async function keepRepositoryKey(
  queries: Queries,
  masterKey: MasterKey,
  { keyId, key }: { readonly keyId: string; readonly key: string },
  nowMs: number,
): Promise<void> {
  const wrappedKey = masterKey.wrap(purpose, Buffer.from(key, 'base64url'));
  await queries
    .insertInto('repositoryKeys')
    .values({ keyId, wrappedKey, createdAt: nowMs })
    .onConflict((conflict) => conflict.column('keyId').doNothing())
    .execute();
}

/**
 * A repository key in base64url.
 *
 * @throws {NOT_FOUND}
 */
export async function readRepositoryKey(
  queries: Queries,
  masterKey: MasterKey,
  keyId: string,
): Promise<string> {
  const row = await queries
    .selectFrom('repositoryKeys')
    .select('wrappedKey')
    .where('keyId', '=', keyId)
    .executeTakeFirst();
  if (!row) throw fail('NOT_FOUND', { kind: 'repository key', id: keyId });
  return masterKey.unwrap(purpose, row.wrappedKey).toString('base64url');
}

/** Several repository keys in base64url by their ids, in one statement; those that are not there are missing. */
export async function readRepositoryKeys(
  queries: Queries,
  masterKey: MasterKey,
  keyIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (keyIds.length === 0) return new Map();
  const rows = await queries
    .selectFrom('repositoryKeys')
    .select(['keyId', 'wrappedKey'])
    .where('keyId', 'in', [...new Set(keyIds)])
    .execute();
  return new Map(
    rows.map((row) => [row.keyId, masterKey.unwrap(purpose, row.wrappedKey).toString('base64url')]),
  );
}
