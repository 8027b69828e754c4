import { type changeDeviceSchema, fail, inventorySchema } from '@carrel/contract';
import type { z } from 'zod';
import type { Row, Transaction } from '../database/index.ts';
import { parseJson } from '../database/values.ts';
import { describeDevice } from './device-keys.ts';
import { findDeviceRow, tagsSchema } from './device-rows.ts';

/**
 * Writes down what administrators call a device and note of it.
 *
 * @throws {NOT_FOUND}
 */
export async function changeDevice(
  transaction: Transaction,
  deviceId: string,
  change: z.output<typeof changeDeviceSchema>,
): Promise<Row<'devices'>> {
  const row = await findDeviceRow(transaction, deviceId);
  if (!row) throw fail('NOT_FOUND', { kind: 'device', id: deviceId });
  const name = change.name === undefined ? row.name : change.name;
  const notes = change.notes ?? row.notes;
  const tags = [...new Set(change.tags ?? parseJson(tagsSchema, row.tagsJson))];
  const { hostName } = parseJson(inventorySchema, row.inventoryJson);
  return transaction
    .updateTable('devices')
    .set({
      name,
      notes,
      tagsJson: JSON.stringify(tags),
      ...describeDevice({ hostName, name, notes, tags }),
    })
    .where('id', '=', deviceId)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/**
 * Lets a waiting device work; one that does already stays as it is.
 *
 * @throws {NOT_FOUND}
 * @throws {STATE_CONFLICT} it was revoked
 */
export async function approveDevice(transaction: Transaction, deviceId: string): Promise<Row<'devices'>> {
  const row = await transaction
    .updateTable('devices')
    .set({ state: 'active' })
    .where('id', '=', deviceId)
    .where('state', '<>', 'revoked')
    .returningAll()
    .executeTakeFirst();
  if (row) return row;
  if (!(await findDeviceRow(transaction, deviceId))) {
    throw fail('NOT_FOUND', { kind: 'device', id: deviceId });
  }
  throw fail('STATE_CONFLICT', { kind: 'device', reason: 'it was revoked; it must be enrolled again' });
}

/**
 * Removes a device that can do nothing.
 *
 * @returns what it was
 * @throws {NOT_FOUND}
 * @throws {STATE_CONFLICT} it is in use
 */
export async function forgetDevice(transaction: Transaction, deviceId: string): Promise<Row<'devices'>> {
  const row = await transaction
    .deleteFrom('devices')
    .where('id', '=', deviceId)
    .where('state', '<>', 'active')
    .returningAll()
    .executeTakeFirst();
  if (row) return row;
  if (!(await findDeviceRow(transaction, deviceId))) {
    throw fail('NOT_FOUND', { kind: 'device', id: deviceId });
  }
  throw fail('STATE_CONFLICT', { kind: 'device', reason: 'it is in use; revoke or wipe it first' });
}
