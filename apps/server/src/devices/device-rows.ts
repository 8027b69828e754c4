import { type Device, deviceSchema, inventorySchema, workspaceStatusSchema } from '@carrel/contract';
import type { DeviceId } from '@carrel/kit';
import { z } from 'zod';
import type { Scope } from '../access/index.ts';
import type { Queries, Row } from '../database/index.ts';
import { isoTime, isoTimeOrNull, parseJson } from '../database/values.ts';
import { readIntervals } from '../settings/index.ts';
import { countOpenActions } from './actions/device-actions.ts';

const statusesSchema = z.array(workspaceStatusSchema);
export const tagsSchema = z.array(z.string());

export async function findDeviceRow(queries: Queries, deviceId: string): Promise<Row<'devices'> | undefined> {
  return queries.selectFrom('devices').selectAll().where('id', '=', deviceId).executeTakeFirst();
}

/** A device is online when it made contact within twice the policy interval. */
export async function contactLimitMs(queries: Queries): Promise<number> {
  return 2 * (await readIntervals(queries)).policySeconds * 1000;
}

/**
 * The devices of these rows, in the same order.
 *
 * @param scope of whoever sees them: of the workspaces on them, they see those
 */
export async function loadDevices(
  queries: Queries,
  rows: readonly Row<'devices'>[],
  scope: Scope,
  nowMs: number,
): Promise<Device[]> {
  const limitMs = await contactLimitMs(queries);
  const openActions = await countOpenActions(
    queries,
    rows.map((row) => row.id),
    nowMs,
  );
  return rows.map((row) => ({
    id: row.id as DeviceId,
    state: deviceSchema.shape.state.parse(row.state),
    name: row.name,
    notes: row.notes,
    tags: parseJson(tagsSchema, row.tagsJson),
    enrolledAt: isoTime(row.enrolledAt),
    enrolledBy: row.enrolledBy,
    lastContactAt: isoTimeOrNull(row.lastContactAt),
    openActionCount: openActions.get(row.id) ?? 0,
    isOnline: row.state === 'active' && row.lastContactAt !== null && nowMs - row.lastContactAt <= limitMs,
    inventory: parseJson(inventorySchema, row.inventoryJson),
    workspaces: parseJson(statusesSchema, row.workspacesJson).filter(
      ({ workspaceId }) => scope === 'all' || scope.has(workspaceId),
    ),
  }));
}

/** One device as {@link loadDevices} gives it. */
export async function loadDevice(
  queries: Queries,
  row: Row<'devices'>,
  scope: Scope,
  nowMs: number,
): Promise<Device> {
  const [device] = await loadDevices(queries, [row], scope, nowMs);
  if (!device) throw new Error('a row gave no device');
  return device;
}
