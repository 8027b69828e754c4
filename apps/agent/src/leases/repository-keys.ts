import type { Lease } from '@carrel/contract';
import { parseRepositoryKey, type RepositoryKey } from '@carrel/imaging';
import type { LeaseKeeper } from './lease-keeper.ts';

/**
 * The repository keys that leases hold sealed, each once.
 *
 * @throws {LEASE_SIGNATURE_INVALID}
 */
export async function repositoryKeysOf(
  leases: readonly Lease[],
  keeper: Pick<LeaseKeeper, 'openKeys'>,
): Promise<RepositoryKey[]> {
  const keys = new Map<string, RepositoryKey>();
  for (const { sealedKeys, image } of leases) {
    if (keys.has(image.keyId)) continue;
    const key = parseRepositoryKey((await keeper.openKeys(sealedKeys)).repositoryKey);
    if (key) keys.set(key.keyId, key);
  }
  return [...keys.values()];
}
