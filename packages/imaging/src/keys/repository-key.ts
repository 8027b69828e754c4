import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { keySchema } from '@carrel/contract/delivery';
import { fail } from '@carrel/contract/errors';

/** The secret that images of a repository are packed with. Never log it. */
export interface RepositoryKey {
  /** Names the key without telling it: 16 hex digits. */
  readonly keyId: string;
  /** 32 bytes. */
  readonly bytes: Uint8Array;
}

/** A fresh random key. */
export function createRepositoryKey(random: (count: number) => Uint8Array = randomBytes): RepositoryKey {
  return repositoryKeyFrom(new Uint8Array(random(32)));
}

/** The key of these 32 bytes. */
export function repositoryKeyFrom(bytes: Uint8Array): RepositoryKey {
  if (bytes.length !== 32) throw new RangeError(`A repository key is 32 bytes, got ${bytes.length}.`);
  const digest = createHash('sha256').update('carrel key id').update(bytes).digest('hex');
  return { keyId: digest.slice(0, 16), bytes };
}

/** Reads a key from base64url, 43 characters. `undefined` when the text is none. */
export function parseRepositoryKey(text: string): RepositoryKey | undefined {
  const parsed = keySchema.safeParse(text.trim());
  return parsed.success
    ? repositoryKeyFrom(new Uint8Array(Buffer.from(parsed.data, 'base64url')))
    : undefined;
}

/** The key as base64url, as {@link parseRepositoryKey} reads it and messages carry it. */
export function formatRepositoryKey(key: RepositoryKey): string {
  return Buffer.from(key.bytes).toString('base64url');
}

/**
 * Reads a key file: one line of base64url.
 *
 * @throws {FILE_INVALID}
 */
export async function readKeyFile(path: string): Promise<RepositoryKey> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw fail('FILE_INVALID', { path, reason: 'it cannot be read' }, cause);
  });
  const key = parseRepositoryKey(text);
  if (key === undefined)
    throw fail('FILE_INVALID', { path, reason: 'it does not hold a key of 43 characters' });
  return key;
}
