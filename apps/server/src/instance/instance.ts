import { fail } from '@carrel/contract';
import { z } from 'zod';
import type { Database, DatabaseLocation } from '../database/index.ts';
import type { Authority } from './authority/tls-identity.ts';
import { type InstancePaths, instancePathsOf } from './instance-paths.ts';
import type { LeaseKeyring } from './lease-keys.ts';
import type { MasterKey } from './master-key.ts';
import type { MasterKeySource } from './master-key-custody.ts';
import { readFileIfThere } from './private-file.ts';
import type { RootSecret } from './root-secret.ts';

/** One Carrel deployment as its server knows it. */
export interface Instance {
  readonly id: string;
  readonly paths: InstancePaths;
  readonly masterKey: MasterKey;
  readonly masterKeySource: MasterKeySource;
  /** Keys that must stay the same for ever are derived from it. */
  readonly rootSecret: RootSecret;
  readonly authority: Authority;
  readonly leaseKeys: LeaseKeyring;
  /** Lets a monitoring system that is not on this computer read `/metrics`. */
  readonly metricsToken: string;
}

export const markerSchema = z.object({
  formatVersion: z.literal(1),
  instanceId: z.uuid(),
  createdAt: z.string(),
  /** The connection string itself is a secret and is given anew at every start. */
  database: z.enum(['sqlite', 'postgres']),
  names: z.array(z.string()),
});
export type Marker = z.infer<typeof markerSchema>;

/**
 * What is written in the folder about its instance.
 *
 * @throws {INSTANCE_NOT_INITIALISED}
 */
export async function readMarker(folder: string): Promise<Marker> {
  const text = await readFileIfThere(instancePathsOf(folder).marker);
  if (text === undefined) throw fail('INSTANCE_NOT_INITIALISED', { path: folder });
  return markerSchema.parse(JSON.parse(text));
}

/** @throws {USAGE} an instance on PostgreSQL and no connection string */
export function locateDatabase(
  paths: InstancePaths,
  kind: Marker['database'],
  connectionString: string | undefined,
): DatabaseLocation {
  if (kind === 'sqlite') return { kind, path: paths.database };
  if (connectionString !== undefined) return { kind, connectionString };
  throw fail('USAGE', {
    reason: 'This instance keeps its data in PostgreSQL: give the connection string in CARREL_DATABASE.',
    command: 'carrel server run',
  });
}

/** Where the instance in a folder keeps its data. @throws {INSTANCE_NOT_INITIALISED} */
export async function locateInstanceDatabase(
  folder: string,
  connectionString: string | undefined,
): Promise<DatabaseLocation> {
  const marker = await readMarker(folder);
  return locateDatabase(instancePathsOf(folder), marker.database, connectionString);
}

/**
 * Claims an empty database for the instance, or checks that it is the instance's own.
 *
 * @throws {DATABASE_OTHER_INSTANCE}
 */
export async function claimDatabase(database: Database, instanceId: string): Promise<void> {
  const name = 'instance-id';
  await database.transaction(async (transaction) => {
    const row = await transaction
      .selectFrom('settings')
      .selectAll()
      .where('name', '=', name)
      .executeTakeFirst();
    if (!row) {
      await transaction
        .insertInto('settings')
        .values({ name, valueJson: JSON.stringify(instanceId) })
        .execute();
      return;
    }
    const owner = z.string().parse(JSON.parse(row.valueJson));
    if (owner !== instanceId) throw fail('DATABASE_OTHER_INSTANCE', { instanceId: owner });
  });
}
