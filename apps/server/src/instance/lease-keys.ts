import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import type { SigningKey } from '@carrel/contract';
import type { LeaseSigningKey } from '@carrel/policy';
import { calculateJwkThumbprint } from 'jose';
import { z } from 'zod';
import type { Database, Queries, Row } from '../database/index.ts';
import type { MasterKey } from './master-key.ts';

/** What the private halves are sealed for. */
export const leaseKeyPurpose = 'lease-key';

const privateKeySchema = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string(),
  d: z.string(),
});

/** The keys that leases and repository tokens are signed with, as they are at the moment of reading. */
export interface LeaseKeys {
  /** The newest one, which signs. */
  readonly signing: LeaseSigningKey;
  /** All public halves, for whoever verifies. */
  readonly published: readonly (SigningKey & { readonly kid: string })[];
}

/** The lease keys of a running server: what was rotated counts from the next lease on. */
export interface LeaseKeyring extends LeaseKeys {
  /** Takes up what the database holds now. */
  reload(queries: Queries): Promise<void>;
}

/** Reads the keys of the database; makes the first one when there is none. */
export async function ensureLeaseKeys(
  database: Database,
  masterKey: MasterKey,
  nowMs: number,
): Promise<LeaseKeyring> {
  await database.transaction(async (transaction) => {
    const found = await transaction.selectFrom('leaseKeys').select('kid').limit(1).execute();
    if (found.length === 0) await addLeaseKey(transaction, masterKey, nowMs);
  });
  let keys = await readKeys(database.queries, masterKey);
  return {
    get signing() {
      return keys.signing;
    },
    get published() {
      return keys.published;
    },
    reload: async (queries) => {
      keys = await readKeys(queries, masterKey);
    },
  };
}

/**
 * Makes the key that signs from now on. The private halves of the earlier ones are destroyed: nothing more can be
 * signed with them, whoever gets hold of the database and the master key.
 *
 * @param isEarlierRefused drops their public halves too, so that what they signed counts no more anywhere once agents
 *   have made contact; else those stay until {@link retireLeaseKeys} finds nothing that needs them
 * @returns the new key's id
 */
export async function rotateLeaseKey(
  queries: Queries,
  masterKey: MasterKey,
  { isEarlierRefused, nowMs }: { readonly isEarlierRefused: boolean; readonly nowMs: number },
): Promise<string> {
  if (isEarlierRefused) await queries.deleteFrom('leaseKeys').execute();
  else await queries.updateTable('leaseKeys').set({ wrappedKey: '' }).execute();
  return addLeaseKey(queries, masterKey, nowMs);
}

/** How long a key that was replaced is published at least: repository tokens signed with it have ended by then. */
const overlapMs = 86_400_000;

/**
 * Stops publishing replaced keys that no lease in use was signed with: every device that holds one has had a newer one
 * since, or is gone.
 *
 * @returns how many
 */
export async function retireLeaseKeys(queries: Queries, nowMs: number): Promise<number> {
  const [newest, ...replaced] = await newestFirst(queries);
  let successor = newest;
  let count = 0;
  for (const row of replaced) {
    const since = successor?.createdAt ?? 0;
    successor = row;
    if (nowMs - since < overlapMs) continue;
    const { held } = await queries
      .selectFrom('leases')
      .innerJoin('devices', 'devices.id', 'leases.deviceId')
      .where('devices.state', '=', 'active')
      .where('leases.issuedAt', '<', since)
      .select((select) => select.fn.countAll<number | string>().as('held'))
      .executeTakeFirstOrThrow();
    if (Number(held) > 0) continue;
    await queries.deleteFrom('leaseKeys').where('kid', '=', row.kid).execute();
    count += 1;
  }
  return count;
}

async function newestFirst(queries: Queries): Promise<Row<'leaseKeys'>[]> {
  return queries.selectFrom('leaseKeys').selectAll().orderBy('createdAt', 'desc').orderBy('kid').execute();
}

async function readKeys(queries: Queries, masterKey: MasterKey): Promise<LeaseKeys> {
  const rows = await newestFirst(queries);
  const newest = rows.find((row) => row.wrappedKey !== '');
  if (!newest) throw new Error('the database gave no lease key');
  const pem = masterKey.unwrap(leaseKeyPurpose, newest.wrappedKey).toString('utf8');
  const jwk = privateKeySchema.parse(createPrivateKey(pem).export({ format: 'jwk' }));
  return {
    signing: { ...jwk, kid: newest.kid },
    published: rows.map((row) => ({ kty: 'OKP', crv: 'Ed25519', x: row.publicKey, kid: row.kid })),
  };
}

async function addLeaseKey(queries: Queries, masterKey: MasterKey, nowMs: number): Promise<string> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' });
  const { kty, crv, x } = privateKeySchema.parse(privateKey.export({ format: 'jwk' }));
  const kid = await calculateJwkThumbprint({ kty, crv, x });
  const wrappedKey = masterKey.wrap(leaseKeyPurpose, Buffer.from(pem));
  await queries.insertInto('leaseKeys').values({ kid, publicKey: x, wrappedKey, createdAt: nowMs }).execute();
  return kid;
}
