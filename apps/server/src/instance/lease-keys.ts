import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import type { SigningKey } from '@carrel/contract';
import type { LeaseSigningKey } from '@carrel/policy';
import { calculateJwkThumbprint } from 'jose';
import { z } from 'zod';
import type { Database } from '../database/index.ts';
import type { MasterKey } from './master-key.ts';

const purpose = 'lease-key';
const privateKeySchema = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string(),
  d: z.string(),
});

/** The keys that leases and repository tokens are signed with. */
export interface LeaseKeys {
  /** The newest one, which signs. */
  readonly signing: LeaseSigningKey;
  /** All public halves, for whoever verifies. */
  readonly published: readonly (SigningKey & { readonly kid: string })[];
}

/** Reads the keys of the database; makes the first one when there is none. */
export async function ensureLeaseKeys(
  database: Database,
  masterKey: MasterKey,
  nowMs: number,
): Promise<LeaseKeys> {
  const rows = await database.transaction(async (transaction) => {
    const found = await transaction
      .selectFrom('leaseKeys')
      .selectAll()
      .orderBy('createdAt', 'desc')
      .execute();
    if (found.length > 0) return found;
    const row = { ...(await createKey(masterKey)), createdAt: nowMs };
    await transaction.insertInto('leaseKeys').values(row).execute();
    return [row];
  });
  const [newest] = rows;
  if (!newest) throw new Error('the database gave no lease key');
  const pem = masterKey.unwrap(purpose, newest.wrappedKey).toString('utf8');
  const jwk = privateKeySchema.parse(createPrivateKey(pem).export({ format: 'jwk' }));
  return {
    signing: { ...jwk, kid: newest.kid },
    published: rows.map((row) => ({ kty: 'OKP', crv: 'Ed25519', x: row.publicKey, kid: row.kid })),
  };
}

async function createKey(
  masterKey: MasterKey,
): Promise<{ kid: string; publicKey: string; wrappedKey: string }> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' });
  const { kty, crv, x } = privateKeySchema.parse(privateKey.export({ format: 'jwk' }));
  const kid = await calculateJwkThumbprint({ kty, crv, x });
  return { kid, publicKey: x, wrappedKey: masterKey.wrap(purpose, Buffer.from(pem)) };
}
