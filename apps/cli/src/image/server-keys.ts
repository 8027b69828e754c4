import { routes } from '@carrel/contract';
import {
  type KeySource,
  parseRepositoryKey,
  type RegistryReference,
  type RepositoryKey,
} from '@carrel/imaging';
import { isAppError } from '@carrel/kit';
import { openServer, readConnection } from '../connection/index.ts';
import type { CliContext } from '../context.ts';

/** A key that the server one is signed in to holds; `undefined` where one is signed in to none. */
export async function keyOfServer(context: CliContext, keyId: string): Promise<RepositoryKey | undefined> {
  if (!(await readConnection(context.env))) return undefined;
  await using server = await openServer(context);
  try {
    const answer = await server.api.call(routes.getRepositoryKey, {
      params: { keyId },
      signal: context.signal,
    });
    return parseRepositoryKey(answer.key);
  } catch (error) {
    if (isAppError(error, 'NOT_FOUND')) return undefined;
    throw error;
  }
}

/** The keys given, but for the server one is signed in to the one that it names, once its repository key was rotated. */
export async function packingKeysOfServer(
  context: CliContext,
  reference: RegistryReference,
  keys: KeySource,
): Promise<KeySource> {
  const connection = await readConnection(context.env);
  if (reference.origin !== connection?.server) return keys;
  await using server = await openServer(context);
  const { current, replaced } = await server.api.call(routes.getPackingKey, { signal: context.signal });
  const key = current && parseRepositoryKey(current.key);
  if (!key) return keys;
  const find: KeySource['find'] = async (keyId) => (keyId === key.keyId ? key : keys.find(keyId));
  return { find, create: () => Promise.resolve(key), replaced: new Set(replaced) };
}
