import type { Queries } from '../database/index.ts';
import { deriveKey } from './derive-key.ts';
import type { MasterKey } from './master-key.ts';

const rootName = 'root';

/**
 * The secret from which keys are derived that must stay the same for ever, above all those of workspace disks. It lies
 * in the database under the master key, so the master key can be replaced without a disk becoming unreadable.
 */
export interface RootSecret {
  /** 32 bytes that depend on the purpose and the context: the same ones for the same names, always. */
  derive(purpose: string, ...context: readonly string[]): Buffer;
}

export function rootSecretPurpose(name: string): string {
  return `root-secret:${name}`;
}

/** @param bytes 32 of them */
export function createRootSecret(bytes: Uint8Array): RootSecret {
  return { derive: (purpose, ...context) => deriveKey(bytes, purpose, ...context) };
}

/**
 * The instance's root secret, kept from now on when there is none yet.
 *
 * @param initial what it is then: new random bytes for a new instance, and for one that derived from its master key
 *   until now that key, so that its disks stay readable
 */
export async function ensureRootSecret(
  queries: Queries,
  masterKey: MasterKey,
  initial: Uint8Array,
  nowMs: number,
): Promise<RootSecret> {
  const wrappedKey = masterKey.wrap(rootSecretPurpose(rootName), initial);
  await queries
    .insertInto('rootSecrets')
    .values({ name: rootName, wrappedKey, createdAt: nowMs, rewrappedAt: null })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
  const row = await queries
    .selectFrom('rootSecrets')
    .select('wrappedKey')
    .where('name', '=', rootName)
    .executeTakeFirstOrThrow();
  return createRootSecret(masterKey.unwrap(rootSecretPurpose(rootName), row.wrappedKey));
}
