import { fail, type Inventory, type SealingKey, type SigningKey } from '@carrel/contract';
import { createId, type DeviceId } from '@carrel/kit';
import type { Transaction } from '../database/index.ts';
import { consumeEnrolmentToken, hashEnrolmentToken } from './enrolment-tokens.ts';

export interface Enrolment {
  readonly token: string;
  readonly signingKey: SigningKey;
  readonly sealingKey: SealingKey;
  readonly inventory: Inventory;
}

/**
 * Makes a device of this instance. A device whose answer was lost may ask again with the same keys and token, and is
 * given the same identity without using the token twice.
 *
 * @throws {ENROLMENT_TOKEN_INVALID}
 */
export async function enrolDevice(
  transaction: Transaction,
  enrolment: Enrolment,
  nowMs: number,
  randomBytes: (count: number) => Uint8Array,
): Promise<DeviceId> {
  const tokenHash = hashEnrolmentToken(enrolment.token);
  const existing = await transaction
    .selectFrom('devices')
    .selectAll()
    .where('signingKey', '=', enrolment.signingKey.x)
    .where('state', '=', 'active')
    .executeTakeFirst();
  const isSameRequest = existing?.tokenHash === tokenHash && existing.sealingKey === enrolment.sealingKey.x;
  if (existing && isSameRequest) return existing.id as DeviceId;
  if (!(await consumeEnrolmentToken(transaction, tokenHash, nowMs)))
    throw fail('ENROLMENT_TOKEN_INVALID', {});
  if (existing)
    throw fail('STATE_CONFLICT', { kind: 'device', reason: 'it is enrolled with these keys already' });
  const id = createId<'device'>(nowMs, randomBytes(10));
  await transaction
    .insertInto('devices')
    .values({
      id,
      state: 'active',
      signingKey: enrolment.signingKey.x,
      sealingKey: enrolment.sealingKey.x,
      tokenHash,
      inventoryJson: JSON.stringify(enrolment.inventory),
      workspacesJson: '[]',
      enrolledAt: nowMs,
      lastContactAt: nowMs,
      acknowledgedSequence: 0,
    })
    .execute();
  return id;
}
