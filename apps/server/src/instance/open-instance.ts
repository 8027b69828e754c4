import { readFile } from 'node:fs/promises';
import type { Clock } from '@carrel/kit';
import type { Logger } from 'pino';
import { type Database, openDatabase } from '../database/index.ts';
import { serverNames } from './authority/server-names.ts';
import { ensureAuthority, ensureServerIdentity, type TlsIdentity } from './authority/tls-identity.ts';
import { claimDatabase, type Instance, locateDatabase, readMarker } from './instance.ts';
import { instancePathsOf } from './instance-paths.ts';
import { ensureLeaseKeys } from './lease-keys.ts';
import { lockInstance } from './lock-instance.ts';
import { loadMasterKey } from './master-key-custody.ts';
import { ensureRootSecret } from './root-secret.ts';

export interface OpenInstanceOptions {
  readonly folder: string;
  /** Names to add to the server's certificate. */
  readonly names: readonly string[];
  readonly connectionString: string | undefined;
  /** What `CARREL_MASTER_KEY` holds, where the master key is kept outside. */
  readonly masterKeyText?: string | undefined;
  readonly clock: Clock;
  readonly log: Logger;
}

/** An instance in use by this process, until it is disposed of. */
export interface OpenInstance extends AsyncDisposable {
  readonly instance: Instance;
  readonly database: Database;
  /** The server's certificate of the moment, made anew when it ends soon. */
  readonly tlsIdentity: () => Promise<TlsIdentity>;
}

/**
 * Opens an instance for running its server.
 *
 * @throws {INSTANCE_NOT_INITIALISED}
 * @throws {INSTANCE_LOCKED} another server runs on it
 * @throws {MASTER_KEY_INVALID} {MASTER_KEY_EXPOSED}
 * @throws {DATABASE_UNREACHABLE} {DATABASE_LOCKED} {DATABASE_NEWER} {DATABASE_OTHER_INSTANCE}
 */
export async function openInstance(options: OpenInstanceOptions): Promise<OpenInstance> {
  const { folder, clock, log } = options;
  const marker = await readMarker(folder);
  const paths = instancePathsOf(folder);
  await using undo = new AsyncDisposableStack();
  const lock = undo.use(lockInstance(paths));
  const authority = await ensureAuthority(paths, marker.instanceId, clock.nowMs());
  const location = locateDatabase(paths, marker.database, options.connectionString);
  const database = undo.use(await openDatabase(location, log));
  await claimDatabase(database, marker.instanceId);
  const master = await loadMasterKey(paths, database.queries, options.masterKeyText);
  // An instance older than its root secret derived from the master key: its disks must stay readable.
  const rootSecret = await ensureRootSecret(database.queries, master.key, master.bytes, clock.nowMs());
  const leaseKeys = await ensureLeaseKeys(database, master.key, clock.nowMs());
  const names = serverNames([...marker.names, ...options.names]);
  const metricsToken = (await readFile(paths.metricsToken, 'utf8')).trim();
  undo.move();
  return {
    instance: {
      id: marker.instanceId,
      paths,
      masterKey: master.key,
      masterKeySource: master.source,
      rootSecret,
      authority,
      leaseKeys,
      metricsToken,
    },
    database,
    tlsIdentity: () => ensureServerIdentity(paths, authority, names, clock.nowMs()),
    [Symbol.asyncDispose]: async () => {
      await database[Symbol.asyncDispose]();
      lock[Symbol.dispose]();
    },
  };
}
