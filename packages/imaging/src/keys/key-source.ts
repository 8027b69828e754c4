import { fail } from '@carrel/contract/errors';
import type { RepositoryKey } from './repository-key.ts';

/** Where repository keys come from: a key ring, a lease, a server, a file. */
export interface KeySource {
  /** The key of this id, `undefined` when it is not held. */
  find(keyId: string): Promise<RepositoryKey | undefined>;
  /** The key to pack with where nothing is packed yet; kept durably before it is given. */
  create(): Promise<RepositoryKey>;
  /** Ids of keys that are still read with but not packed with any more. */
  readonly replaced?: ReadonlySet<string>;
}

/** A source of one key that the caller already holds. */
export function singleKey(key: RepositoryKey): KeySource {
  return {
    // A key of another id is given too, so that the caller hears "wrong key" rather than "no key".
    find: () => Promise.resolve(key),
    create: () => Promise.resolve(key),
  };
}

/**
 * The key of this id.
 *
 * @throws {IMAGE_KEY_MISSING} when the source does not hold it
 * @throws {IMAGE_KEY_WRONG} when the source gave another one
 */
export async function requireKey(keys: KeySource, keyId: string): Promise<RepositoryKey> {
  const key = await keys.find(keyId);
  if (key === undefined) throw fail('IMAGE_KEY_MISSING', { keyId });
  if (key.keyId !== keyId) throw fail('IMAGE_KEY_WRONG', { keyId });
  return key;
}
