import { fail, type SealingKey, type SigningKey } from '@carrel/contract';
import type { Row, Transaction } from '../database/index.ts';

/**
 * Notes the keys that follow a device's present ones. They take their place at the first call that the new key has
 * signed (docs/device-proof.md), so an answer that is lost locks nobody out. Asking again replaces what was noted.
 *
 * @throws {STATE_CONFLICT} another device has the key
 */
export async function replaceDeviceKeys(
  transaction: Transaction,
  device: Row<'devices'>,
  keys: { readonly signingKey: SigningKey; readonly sealingKey: SealingKey },
): Promise<void> {
  const { signingKey, sealingKey } = keys;
  const other = await transaction
    .selectFrom('devices')
    .select('id')
    .where('id', '<>', device.id)
    .where('state', '<>', 'revoked')
    .where((where) =>
      where.or([where('signingKey', '=', signingKey.x), where('nextSigningKey', '=', signingKey.x)]),
    )
    .executeTakeFirst();
  if (other) throw fail('STATE_CONFLICT', { kind: 'device', reason: 'another device has this key' });
  const isPresent = device.signingKey === signingKey.x;
  if (isPresent && device.sealingKey !== sealingKey.x) {
    throw fail('STATE_CONFLICT', { kind: 'device', reason: 'both keys must be new' });
  }
  await transaction
    .updateTable('devices')
    .set({
      nextSigningKey: isPresent ? null : signingKey.x,
      nextSealingKey: isPresent ? null : sealingKey.x,
    })
    .where('id', '=', device.id)
    .execute();
}
