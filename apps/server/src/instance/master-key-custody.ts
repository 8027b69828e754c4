import { open, rename, rm } from 'node:fs/promises';
import { fail } from '@carrel/contract';
import type { Queries } from '../database/index.ts';
import { keyBytes } from './derive-key.ts';
import type { InstancePaths } from './instance-paths.ts';
import { createMasterKey, type MasterKey } from './master-key.ts';
import { opensDatabase } from './wrapped-columns.ts';

export type MasterKeySource = 'file' | 'environment';

/** The master key with where it came from. The bytes are for whoever puts it elsewhere: a backup, a new place. */
export interface LoadedMasterKey {
  readonly key: MasterKey;
  readonly bytes: Buffer;
  readonly source: MasterKeySource;
}

/** Where a rotation puts the new key before anything is under it. */
export function nextKeyPath(paths: InstancePaths): string {
  return `${paths.masterKey}.next`;
}

/**
 * Finds the key that opens what the database keeps, and ends a rotation that was interrupted: whichever of the two keys
 * the database is under stays, the other one goes.
 *
 * @param text what `CARREL_MASTER_KEY` holds, when it does
 * @throws {MASTER_KEY_INVALID} there is none, or none of them opens it
 * @throws {MASTER_KEY_EXPOSED} others may read its file
 */
export async function loadMasterKey(
  paths: InstancePaths,
  queries: Queries,
  text: string | undefined,
): Promise<LoadedMasterKey> {
  const found = await findMasterKey(paths, queries, text);
  if (found.path === nextKeyPath(paths)) await rename(found.path, paths.masterKey);
  else await rm(nextKeyPath(paths), { force: true });
  await syncFolder(paths.folder);
  return found;
}

/** Like {@link loadMasterKey}, beside a server that runs: changes no file. */
export async function findMasterKey(
  paths: InstancePaths,
  queries: Queries,
  text: string | undefined,
): Promise<LoadedMasterKey & { readonly path: string | undefined }> {
  const candidates = [
    { source: 'environment', path: undefined, bytes: parseMasterKey(text, 'CARREL_MASTER_KEY') },
    ...(await Promise.all(
      [paths.masterKey, nextKeyPath(paths)].map(async (path) => ({
        source: 'file' as const,
        path,
        bytes: await readMasterKeyFile(path),
      })),
    )),
  ] as const;
  const given = candidates.flatMap(({ bytes, ...place }) => (bytes ? [{ ...place, bytes }] : []));
  for (const candidate of given) {
    const key = createMasterKey(candidate.bytes);
    if (await opensDatabase(queries, key)) return { ...candidate, key };
  }
  const reason =
    given.length === 0
      ? 'there is neither a file master.key nor CARREL_MASTER_KEY'
      : 'it does not open what this instance keeps';
  throw fail('MASTER_KEY_INVALID', { reason });
}

/**
 * 32 bytes as base64url; `undefined` stays `undefined`.
 *
 * @throws {MASTER_KEY_INVALID}
 */
export function parseMasterKey(text: string | undefined, place: string): Buffer | undefined {
  if (text === undefined) return undefined;
  const bytes = Buffer.from(text.trim(), 'base64url');
  if (bytes.length === keyBytes && bytes.toString('base64url') === text.trim()) return bytes;
  throw fail('MASTER_KEY_INVALID', { reason: `${place} does not hold 32 bytes in base64url` });
}

/**
 * `undefined` when there is no such file.
 *
 * @throws {MASTER_KEY_EXPOSED} somebody beside its owner may read or write it
 */
export async function readMasterKeyFile(path: string): Promise<Buffer | undefined> {
  await using file = await openIfThere(path);
  if (!file) return undefined;
  // Of the open file, so that it is the one that is read.
  const { mode, uid } = await file.stat();
  if ((mode & 0o077) !== 0 || (uid !== process.getuid?.() && uid !== 0)) {
    throw fail('MASTER_KEY_EXPOSED', { path });
  }
  return parseMasterKey(await file.readFile('utf8'), path);
}

async function openIfThere(path: string) {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Makes renamed and removed files of a folder last through a power cut. */
export async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path, 'r');
  await folder.sync();
}
