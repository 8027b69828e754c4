import { homedir } from 'node:os';
import { fail } from '@carrel/contract/errors';
import {
  defaultKeyringPath,
  type ImageReference,
  type KeySource,
  openKeyring,
  openRepository,
  openWritableRepository,
  type Repository,
  type RepositoryOptions,
  type RepositoryReader,
  readKeyFile,
  singleKey,
} from '@carrel/imaging/access';
import type { CliContext } from '../context.ts';

// What talks to the server is loaded when it is needed: loading code is most of what a short command takes.

/**
 * Opens the repository a reference lies in. The registry of the server one is signed in to is reached with that
 * sign-in; others are offered `CARREL_REGISTRY_USER` and `CARREL_REGISTRY_PASSWORD` when they ask.
 */
export async function openRepositoryOf(
  context: CliContext,
  reference: ImageReference,
): Promise<RepositoryReader> {
  return openRepository(reference, await accessTo(context, reference));
}

/**
 * Like {@link openRepositoryOf}, for writing too.
 *
 * @throws {REPOSITORY_READ_ONLY}
 */
export async function openWritableRepositoryOf(
  context: CliContext,
  reference: ImageReference,
): Promise<Repository> {
  return openWritableRepository(reference, await accessTo(context, reference));
}

async function accessTo(context: CliContext, reference: ImageReference): Promise<RepositoryOptions> {
  if (reference.kind === 'layout') return {};
  if (reference.kind === 'registry') {
    const { readConnection } = await import('../connection/index.ts');
    const connection = await readConnection(context.env);
    if (connection?.server === reference.origin) {
      return {
        ca: connection.authorityPem ?? undefined,
        authorize: () => Promise.resolve(`Bearer ${connection.token}`),
      };
    }
  }
  const userName = context.env['CARREL_REGISTRY_USER'];
  const password = context.env['CARREL_REGISTRY_PASSWORD'];
  return userName === undefined || password === undefined ? {} : { credentials: { userName, password } };
}

/** Where keys come from: the file named, else the key ring, else the server one is signed in to. */
export async function openKeys(context: CliContext, keyFile: string | undefined): Promise<KeySource> {
  if (keyFile !== undefined) return singleKey(await readKeyFile(keyFile));
  const keyring = openKeyring(defaultKeyringPath(context.env, homedir()));
  return {
    create: () => keyring.create(),
    find: async (keyId) => {
      const held = await keyring.find(keyId);
      if (held !== undefined) return held;
      const { keyOfServer } = await import('./server-keys.ts');
      return keyOfServer(context, keyId);
    },
  };
}

/**
 * The same, for packing: what goes to the server one is signed in to is packed with the key that server names, once its
 * repository key was rotated.
 */
export async function openPackingKeys(
  context: CliContext,
  reference: ImageReference,
  keyFile: string | undefined,
): Promise<KeySource> {
  const keys = await openKeys(context, keyFile);
  if (keyFile !== undefined || reference.kind !== 'registry') return keys;
  const { packingKeysOfServer } = await import('./server-keys.ts');
  return packingKeysOfServer(context, reference, keys);
}

/** A number of an image version as people write it: `3` or `v3`. */
export function parseVersionNumber(text: string): number {
  const number = Number(text.replace(/^v/, ''));
  if (!Number.isInteger(number) || number < 1) {
    throw fail('USAGE', { reason: `${text} is not a version number.`, command: 'carrel image' });
  }
  return number;
}
