import { fail } from '@carrel/contract';
import type { Row, Transaction } from '../database/index.ts';

/**
 * Takes a device's rights for good: its grants and leases go, what it was told to do is off, and its key opens nothing
 * any more. Revoking twice is the same as once.
 *
 * @throws {NOT_FOUND}
 */
export async function revokeDevice(
  transaction: Transaction,
  deviceId: string,
  nowMs: number,
): Promise<Row<'devices'>> {
  const row = await transaction
    .updateTable('devices')
    .set({ state: 'revoked', nextSigningKey: null, nextSealingKey: null })
    .where('id', '=', deviceId)
    .returningAll()
    .executeTakeFirst();
  if (!row) throw fail('NOT_FOUND', { kind: 'device', id: deviceId });
  await transaction.deleteFrom('deviceGrants').where('deviceId', '=', deviceId).execute();
  await transaction.deleteFrom('leases').where('deviceId', '=', deviceId).execute();
  await transaction
    .updateTable('deviceActions')
    .set({ state: 'cancelled', endedAt: nowMs })
    .where('deviceId', '=', deviceId)
    .where('state', 'in', ['queued', 'delivered'])
    .execute();
  return row;
}
