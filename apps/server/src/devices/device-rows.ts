import {
  type Device,
  deviceSchema,
  type Intervals,
  inventorySchema,
  workspaceStatusSchema,
} from '@carrel/contract';
import type { DeviceId } from '@carrel/kit';
import { z } from 'zod';
import type { Queries, Row } from '../database/index.ts';
import { isoTime, isoTimeOrNull, parseJson } from '../database/values.ts';

const statusesSchema = z.array(workspaceStatusSchema);

export async function findDeviceRow(queries: Queries, deviceId: string): Promise<Row<'devices'> | undefined> {
  return queries.selectFrom('devices').selectAll().where('id', '=', deviceId).executeTakeFirst();
}

/** A device is online when it made contact within twice the policy interval. */
export function deviceOf(row: Row<'devices'>, intervals: Intervals, nowMs: number): Device {
  const contactLimitMs = 2 * intervals.policySeconds * 1000;
  const isRecent = row.lastContactAt !== null && nowMs - row.lastContactAt <= contactLimitMs;
  return {
    id: row.id as DeviceId,
    state: deviceSchema.shape.state.parse(row.state),
    enrolledAt: isoTime(row.enrolledAt),
    lastContactAt: isoTimeOrNull(row.lastContactAt),
    isOnline: row.state === 'active' && isRecent,
    inventory: parseJson(inventorySchema, row.inventoryJson),
    workspaces: parseJson(statusesSchema, row.workspacesJson),
  };
}
