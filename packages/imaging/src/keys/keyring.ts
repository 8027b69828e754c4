import { chmod, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { keyIdSchema, keySchema } from '@carrel/contract/delivery';
import { fail } from '@carrel/contract/errors';
import { z } from 'zod';
import { removeAbandonedFiles, writeFileDurably } from '../storage/durable-file.ts';
import { isErrno } from '../storage/errno.ts';
import { withFileLock } from '../storage/file-lock.ts';
import { makeFolder } from '../storage/make-folder.ts';
import type { KeySource } from './key-source.ts';
import {
  createRepositoryKey,
  formatRepositoryKey,
  parseRepositoryKey,
  type RepositoryKey,
} from './repository-key.ts';

/** A {@link KeySource} kept in a file that only its owner may read. */
export interface Keyring extends KeySource {
  readonly path: string;
  /** Keeps a key; nothing happens when it is there already. */
  add(key: RepositoryKey): Promise<void>;
}

const keyringSchema = z.object({ version: z.literal(1), keys: z.record(keyIdSchema, keySchema) });
type KeyringFile = z.infer<typeof keyringSchema>;

/** `$CARREL_KEYRING`, else `$XDG_CONFIG_HOME/carrel/keyring.json`, else `~/.config/carrel/keyring.json`. */
export function defaultKeyringPath(
  environment: Readonly<Record<string, string | undefined>>,
  home: string,
): string {
  const [own, config] = [environment['CARREL_KEYRING'] ?? '', environment['XDG_CONFIG_HOME'] ?? ''];
  return own === '' ? join(config === '' ? join(home, '.config') : config, 'carrel', 'keyring.json') : own;
}

/**
 * The key ring at this path. The file is made, with mode 0600, at the first `add`, and changed atomically.
 * Its methods throw FILE_INVALID when the file is not a key ring.
 */
export function openKeyring(path: string): Keyring {
  const add = (key: RepositoryKey): Promise<void> => addKey(path, key);
  return {
    path,
    add,
    find: async (keyId) => {
      const text = (await readKeyring(path)).keys[keyId];
      const key = text === undefined ? undefined : parseRepositoryKey(text);
      if (key !== undefined && key.keyId !== keyId) {
        throw fail('FILE_INVALID', { path, reason: `the key under ${keyId} is another one` });
      }
      return key;
    },
    create: async () => {
      const key = createRepositoryKey();
      await add(key);
      return key;
    },
  };
}

async function addKey(path: string, key: RepositoryKey): Promise<void> {
  await makeFolder(dirname(path), 0o700);
  await withFileLock(`${path}.lock`, async () => {
    // They hold keys.
    await removeAbandonedFiles(dirname(path));
    const ring = await readKeyring(path);
    if (ring.keys[key.keyId] !== undefined) return;
    const next: KeyringFile = { version: 1, keys: { ...ring.keys, [key.keyId]: formatRepositoryKey(key) } };
    const text = `${JSON.stringify(next, undefined, 2)}\n`;
    await writeFileDurably(path, (file) => file.writeFile(text), 0o600);
    await chmod(path, 0o600);
  });
}

async function readKeyring(path: string): Promise<KeyringFile> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (isErrno(error, 'ENOENT')) return undefined;
    throw fail('FILE_INVALID', { path, reason: 'it cannot be read' }, error);
  });
  if (text === undefined) return { version: 1, keys: {} };
  const parsed = keyringSchema.safeParse(parseJson(text));
  // The values are secrets, so what exactly is wrong with them is not told.
  if (!parsed.success) throw fail('FILE_INVALID', { path, reason: 'it is not a key ring' });
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
