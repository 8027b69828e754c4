import { createRepositoryKey, formatRepositoryKey } from '@carrel/imaging';
import type { Queries } from '../database/index.ts';
import type { MasterKey } from '../instance/index.ts';
import { keepRepositoryKey, readRepositoryKey } from './repository-keys.ts';

/**
 * Makes a key that whoever packs next is to use. The keys before it stay, so that every image packed with them can be
 * read as long as it exists.
 *
 * @returns the new key's id
 */
export async function rotateRepositoryKey(
  queries: Queries,
  masterKey: MasterKey,
  nowMs: number,
): Promise<string> {
  await queries
    .updateTable('repositoryKeys')
    .set({ replacedAt: nowMs })
    .where('replacedAt', 'is', null)
    .execute();
  const key = createRepositoryKey();
  await keepRepositoryKey(queries, masterKey, { keyId: key.keyId, key: formatRepositoryKey(key) }, nowMs);
  return key.keyId;
}

/** What to pack with. */
export interface PackingKey {
  /** `null` before the first rotation. */
  readonly current: { readonly keyId: string; readonly key: string } | null;
  /** Ids of keys that new packs must not use. */
  readonly replaced: string[];
}

export async function readPackingKey(queries: Queries, masterKey: MasterKey): Promise<PackingKey> {
  const rows = await queries
    .selectFrom('repositoryKeys')
    .select(['keyId', 'replacedAt'])
    .orderBy('createdAt', 'desc')
    .execute();
  const replaced = rows.flatMap((row) => (row.replacedAt === null ? [] : [row.keyId]));
  const keyId = rows.find((row) => row.replacedAt === null)?.keyId;
  if (keyId === undefined || replaced.length === 0) return { current: null, replaced };
  return { current: { keyId, key: await readRepositoryKey(queries, masterKey, keyId) }, replaced };
}
