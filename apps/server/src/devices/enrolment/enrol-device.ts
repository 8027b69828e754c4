import { fail, type Inventory, type SealingKey, type SigningKey } from '@carrel/contract';
import { createId, type DeviceId } from '@carrel/kit';
import type { Row, Transaction } from '../../database/index.ts';
import { readSettings } from '../../settings/index.ts';
import { describeDevice } from '../device-keys.ts';
import { consumeEnrolmentToken } from './enrolment-tokens.ts';

/** Why a computer may become a device: it has a token, or somebody signed in at it. */
export type EnrolmentRight =
  | { readonly kind: 'token'; readonly tokenHash: string }
  | { readonly kind: 'user'; readonly userId: string; readonly userName: string };

export interface Enrolment {
  readonly right: EnrolmentRight;
  readonly signingKey: SigningKey;
  readonly sealingKey: SealingKey;
  readonly inventory: Inventory;
}

export interface EnrolledDevice {
  readonly id: DeviceId;
  readonly state: 'pending' | 'active';
}

/**
 * Makes a device of this instance. A device whose answer was lost may ask again with the same keys and right, and is
 * given the same identity without using a token twice.
 *
 * @throws {ENROLMENT_TOKEN_INVALID}
 * @throws {ENROLMENT_REFUSED} the person may enrol no device, or no more of them
 */
export async function enrolDevice(
  transaction: Transaction,
  enrolment: Enrolment,
  nowMs: number,
  randomBytes: (count: number) => Uint8Array,
): Promise<EnrolledDevice> {
  const { right } = enrolment;
  const existing = await transaction
    .selectFrom('devices')
    .selectAll()
    .where('signingKey', '=', enrolment.signingKey.x)
    .where('state', '<>', 'revoked')
    .executeTakeFirst();
  if (existing && isSameRequest(existing, enrolment)) return enrolledOf(existing);
  if (right.kind === 'user') await requireUserMayEnrol(transaction, right.userId);
  else if (!(await consumeEnrolmentToken(transaction, right.tokenHash, nowMs))) {
    throw fail('ENROLMENT_TOKEN_INVALID', {});
  }
  if (existing)
    throw fail('STATE_CONFLICT', { kind: 'device', reason: 'it is enrolled with these keys already' });
  const settings = await readSettings(transaction, ['enrolment.isApprovalRequired']);
  const row = await transaction
    .insertInto('devices')
    .values({
      id: createId<'device'>(nowMs, randomBytes(10)),
      state: settings['enrolment.isApprovalRequired'] ? 'pending' : 'active',
      ...keysAndRight(enrolment),
      ...describeDevice({ hostName: enrolment.inventory.hostName, name: null, notes: '', tags: [] }),
      inventoryJson: JSON.stringify(enrolment.inventory),
      workspacesJson: '[]',
      enrolledAt: nowMs,
      lastContactAt: nowMs,
      acknowledgedSequence: 0,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return enrolledOf(row);
}

/** The row of the user is held, so that devices enrolled at once all count. */
async function requireUserMayEnrol(transaction: Transaction, userId: string): Promise<void> {
  const settings = await readSettings(transaction, ['enrolment.mode', 'enrolment.devicesPerUser']);
  if (settings['enrolment.mode'] === 'token') {
    throw fail('ENROLMENT_REFUSED', { reason: 'devices are enrolled with a token here' });
  }
  await transaction.updateTable('users').set({ id: userId }).where('id', '=', userId).execute();
  const { count } = await transaction
    .selectFrom('devices')
    .select(({ fn }) => fn.countAll<number | string | bigint>().as('count'))
    .where('enrolledById', '=', userId)
    .where('state', '<>', 'revoked')
    .executeTakeFirstOrThrow();
  const limit = settings['enrolment.devicesPerUser'];
  if (limit !== null && Number(count) >= limit) {
    throw fail('ENROLMENT_REFUSED', { reason: `they have ${limit} devices already` });
  }
}

function isSameRequest(existing: Row<'devices'>, { right, sealingKey }: Enrolment): boolean {
  if (existing.sealingKey !== sealingKey.x) return false;
  return right.kind === 'token'
    ? existing.tokenHash === right.tokenHash
    : existing.enrolledById === right.userId;
}

function keysAndRight({ right, signingKey, sealingKey }: Enrolment) {
  return {
    signingKey: signingKey.x,
    sealingKey: sealingKey.x,
    tokenHash: right.kind === 'token' ? right.tokenHash : '',
    enrolledById: right.kind === 'user' ? right.userId : null,
    enrolledBy: right.kind === 'user' ? right.userName : null,
  };
}

function enrolledOf(row: Row<'devices'>): EnrolledDevice {
  return { id: row.id as DeviceId, state: row.state === 'pending' ? 'pending' : 'active' };
}
