import { fail, type Inventory, inventorySchema, type routes } from '@carrel/contract';
import type { z } from 'zod';
import type { Queries, Row } from '../database/index.ts';
import { parseJson } from '../database/values.ts';
import { describeDevice } from '../devices/index.ts';

export type Report = z.output<(typeof routes.syncDevice)['body']>;

/** Free space changes all the time; less than this, and not more than a hundredth of it, is no news. */
const newsBytes = 1024 ** 3;

/**
 * Writes down in one statement that a device made contact, and of what it tells only what is new.
 *
 * @returns whether there was something new
 * @throws {DEVICE_REVOKED} it was revoked meanwhile
 */
export async function storeReport(
  queries: Queries,
  device: Row<'devices'>,
  report: Report,
  nowMs: number,
): Promise<boolean> {
  const news = newsOf(device, report);
  const { numUpdatedRows } = await queries
    .updateTable('devices')
    .set({ ...news, lastContactAt: nowMs })
    .where('id', '=', device.id)
    .where('state', '=', 'active')
    .executeTakeFirst();
  if (numUpdatedRows === 0n) throw fail('DEVICE_REVOKED', {});
  return Object.keys(news).length > 0;
}

function newsOf(device: Row<'devices'>, report: Report): Partial<Row<'devices'>> {
  const workspacesJson = JSON.stringify(report.workspaces);
  const known = parseJson(inventorySchema, device.inventoryJson);
  const isInventoryNew = !isAsGoodAs(known, report.inventory);
  const { hostName } = report.inventory;
  const { name, notes, tagsJson } = device;
  return {
    ...(workspacesJson === device.workspacesJson ? {} : { workspacesJson }),
    ...(isInventoryNew ? { inventoryJson: JSON.stringify(report.inventory) } : {}),
    ...(hostName === known.hostName
      ? {}
      : describeDevice({ hostName, name, notes, tags: JSON.parse(tagsJson) as string[] })),
  };
}

function isAsGoodAs(known: Inventory, told: Inventory): boolean {
  const differenceBytes = Math.abs(known.storeFreeBytes - told.storeFreeBytes);
  const isSpaceNew = differenceBytes > newsBytes || differenceBytes * 100 > known.storeFreeBytes;
  const spelled = (inventory: Inventory): string =>
    JSON.stringify(inventorySchema.parse({ ...inventory, storeFreeBytes: 0 }));
  return !isSpaceNew && spelled(known) === spelled(told);
}
