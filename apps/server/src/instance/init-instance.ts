import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { fail } from '@carrel/contract';
import { type Clock, createId } from '@carrel/kit';
import type { Logger } from 'pino';
import { z } from 'zod';
import { type Database, openDatabase } from '../database/index.ts';
import { isoTime } from '../database/values.ts';
import { serverNames } from './authority/server-names.ts';
import { ensureAuthority, ensureServerIdentity } from './authority/tls-identity.ts';
import { keyBytes } from './derive-key.ts';
import { claimDatabase, locateDatabase, type Marker } from './instance.ts';
import { type InstancePaths, instancePathsOf } from './instance-paths.ts';
import { ensureLeaseKeys } from './lease-keys.ts';
import { lockInstance } from './lock-instance.ts';
import { loadMasterKey, parseMasterKey } from './master-key-custody.ts';
import { readFileIfThere, writePrivateFile } from './private-file.ts';
import { ensureRootSecret } from './root-secret.ts';

export interface InitOptions {
  readonly folder: string;
  /** Host names and addresses of the server beside this computer's own. */
  readonly names: readonly string[];
  /** PostgreSQL instead of the embedded database. */
  readonly connectionString: string | undefined;
  /** The master key, where it is kept outside: what `CARREL_MASTER_KEY` holds. Else one is made, in a file. */
  readonly masterKeyText?: string | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  /** Makes the first administrator, or gives the one there is a new password; the password is told to nobody else. */
  readonly createAdministrator: (database: Database) => Promise<{ userName: string; password: string }>;
  /** Takes the password where it is to go, before the instance counts as made. */
  readonly handOver: (result: InitResult) => Promise<void>;
}

export interface InitResult {
  readonly folder: string;
  readonly instanceId: string;
  readonly authorityFingerprint: string;
  readonly userName: string;
  readonly password: string;
}

const draftSchema = z.object({ instanceId: z.uuid() });

/**
 * Makes an instance. The marker is written last: what an interrupted `init` left is taken up by the next one.
 *
 * @throws {INSTANCE_EXISTS} the folder holds a whole instance
 * @throws {INSTANCE_LOCKED} another process works on the folder
 * @throws {USAGE} the folder holds something else
 */
export async function initInstance(options: InitOptions): Promise<void> {
  const { folder, clock, log } = options;
  const paths = instancePathsOf(folder);
  const draftPath = `${paths.marker}.draft`;
  await refuseOccupied(paths, basename(draftPath));
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  using held = new DisposableStack();
  held.use(lockInstance(paths));
  if ((await readFileIfThere(paths.marker)) !== undefined) throw fail('INSTANCE_EXISTS', { path: folder });

  const instanceId = await ensureInstanceId(draftPath, clock.nowMs());
  if (parseMasterKey(options.masterKeyText, 'CARREL_MASTER_KEY') === undefined) {
    await ensureSecret(paths.masterKey);
  }
  await ensureSecret(paths.metricsToken);
  const authority = await ensureAuthority(paths, instanceId, clock.nowMs());
  const names = serverNames(options.names);
  await ensureServerIdentity(paths, authority, names, clock.nowMs());

  const kind = options.connectionString === undefined ? 'sqlite' : 'postgres';
  await using database = await openDatabase(locateDatabase(paths, kind, options.connectionString), log);
  await claimDatabase(database, instanceId);
  const { key } = await loadMasterKey(paths, database.queries, options.masterKeyText);
  await ensureRootSecret(database.queries, key, randomBytes(keyBytes), clock.nowMs());
  await ensureLeaseKeys(database, key, clock.nowMs());
  const administrator = await options.createAdministrator(database);
  await options.handOver({
    folder,
    instanceId,
    authorityFingerprint: authority.fingerprint,
    ...administrator,
  });
  const marker: Marker = {
    formatVersion: 1,
    instanceId,
    createdAt: isoTime(clock.nowMs()),
    database: kind,
    names,
  };
  await writePrivateFile(paths.marker, `${JSON.stringify(marker, undefined, 2)}\n`);
  await rm(draftPath, { force: true });
}

/** A folder with other things in it is not made private to the server by mistake. */
async function refuseOccupied(paths: InstancePaths, draftName: string): Promise<void> {
  const { folder } = paths;
  if ((await readFileIfThere(paths.marker)) !== undefined) throw fail('INSTANCE_EXISTS', { path: folder });
  const names = await readdir(folder).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') return ['a file'];
    throw error;
  });
  if (names.length === 0 || names.includes(draftName) || names.includes(basename(paths.lock))) return;
  throw fail('USAGE', {
    reason: `${folder} is not an empty folder and holds no Carrel instance.`,
    command: 'carrel server init',
  });
}

async function ensureInstanceId(draftPath: string, nowMs: number): Promise<string> {
  const draft = await readFileIfThere(draftPath);
  if (draft !== undefined) return draftSchema.parse(JSON.parse(draft)).instanceId;
  const instanceId = createId<'instance'>(nowMs, randomBytes(10));
  await writePrivateFile(draftPath, JSON.stringify({ instanceId }));
  return instanceId;
}

/** 32 random bytes in base64url. */
async function ensureSecret(path: string): Promise<void> {
  if ((await readFileIfThere(path)) !== undefined) return;
  await writePrivateFile(path, `${randomBytes(keyBytes).toString('base64url')}\n`);
}
