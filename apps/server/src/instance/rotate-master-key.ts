import { randomBytes } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { appendAudit } from '../audit/audit-chain.ts';
import type { Database } from '../database/index.ts';
import { keyBytes } from './derive-key.ts';
import type { InstancePaths } from './instance-paths.ts';
import { createMasterKey } from './master-key.ts';
import {
  type LoadedMasterKey,
  type MasterKeySource,
  nextKeyPath,
  parseMasterKey,
  syncFolder,
} from './master-key-custody.ts';
import { writePrivateFile } from './private-file.ts';
import { rewrapAll } from './wrapped-columns.ts';

/** What a rotation does to files, so that a test can stop it between any two steps. */
export interface KeyFiles {
  write(path: string, content: string): Promise<void>;
  /** Puts a file in the place of another, durably. */
  replace(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
}

export interface MasterKeyRotation {
  readonly paths: InstancePaths;
  readonly database: Database;
  readonly present: Pick<LoadedMasterKey, 'key' | 'source'>;
  /** What `CARREL_NEW_MASTER_KEY` holds, for whoever keeps the key outside; else a new one goes into the file. */
  readonly newKeyText: string | undefined;
  readonly nowMs: number;
  readonly files: KeyFiles;
}

export interface RotatedMasterKey {
  /** Secrets that are under the new key now. */
  readonly secrets: number;
  readonly source: MasterKeySource;
}

/**
 * Puts everything under another master key. Killed at any moment, the instance opens with the old key or with the new
 * one: the new one is on disk before anything is under it, all secrets change in one transaction, and the next start
 * takes whichever key opens them. No server may run meanwhile.
 *
 * @throws {MASTER_KEY_INVALID} the new key is none
 */
export async function rotateMasterKey(rotation: MasterKeyRotation): Promise<RotatedMasterKey> {
  const { paths, database, present, nowMs, files } = rotation;
  const given = parseMasterKey(rotation.newKeyText, 'CARREL_NEW_MASTER_KEY');
  const source = given ? 'environment' : 'file';
  const bytes = given ?? randomBytes(keyBytes);
  if (!given) await files.write(nextKeyPath(paths), `${bytes.toString('base64url')}\n`);
  const next = createMasterKey(bytes);
  const secrets = await database.transaction(async (transaction) => {
    const count = await rewrapAll(transaction, present.key, next);
    await transaction.updateTable('rootSecrets').set({ rewrappedAt: nowMs }).execute();
    await appendAudit(transaction, nowMs, {
      actor: 'command line',
      action: 'rotateMasterKey',
      target: 'master key',
      outcome: 'done',
      details: { secrets: count, from: present.source, to: source },
    });
    return count;
  });
  if (given) await files.remove(paths.masterKey);
  else await files.replace(nextKeyPath(paths), paths.masterKey);
  return { secrets, source };
}

export const keyFiles: KeyFiles = {
  write: writePrivateFile,
  replace: async (from, to) => {
    await rename(from, to);
    await syncFolder(dirname(to));
  },
  remove: async (path) => {
    await rm(path, { force: true });
    await syncFolder(dirname(path));
  },
};
