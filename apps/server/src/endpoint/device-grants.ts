import { createHash } from 'node:crypto';
import type { DeviceId } from '@carrel/kit';
import type { Queries, Row, Transaction } from '../database/index.ts';

const grantBytes = 32;

/**
 * Lets a device act for a user from now on; what it had for that user before is replaced. The grant outlives a change
 * of the password, which would otherwise stop running guests; disabling the user or revoking the device ends it.
 *
 * @returns the secret, which is told this once
 */
export async function createDeviceGrant(
  transaction: Transaction,
  deviceId: DeviceId,
  userId: string,
  origin: { readonly nowMs: number; readonly randomBytes: (count: number) => Uint8Array },
): Promise<string> {
  const grant = Buffer.from(origin.randomBytes(grantBytes)).toString('base64url');
  await transaction
    .deleteFrom('deviceGrants')
    .where('deviceId', '=', deviceId)
    .where('userId', '=', userId)
    .execute();
  await transaction
    .insertInto('deviceGrants')
    .values({ grantHash: hashGrant(grant), deviceId, userId, createdAt: origin.nowMs })
    .execute();
  return grant;
}

/** The users that grants of this device stand for, disabled ones too, by grant; those that stand for nobody are left out. */
export async function findGrantedUsers(
  queries: Queries,
  deviceId: string,
  grants: readonly string[],
): Promise<ReadonlyMap<string, Row<'users'>>> {
  if (grants.length === 0) return new Map();
  const grantOf = new Map(grants.map((grant) => [hashGrant(grant), grant]));
  const rows = await queries
    .selectFrom('deviceGrants')
    .innerJoin('users', 'users.id', 'deviceGrants.userId')
    .where('deviceGrants.grantHash', 'in', [...grantOf.keys()])
    .where('deviceGrants.deviceId', '=', deviceId)
    .selectAll('users')
    .select('deviceGrants.grantHash')
    .execute();
  return new Map(rows.map(({ grantHash, ...user }) => [grantOf.get(grantHash) ?? '', user]));
}

function hashGrant(grant: string): string {
  return createHash('sha256').update(grant).digest('hex');
}
