import {
  type DeviceAction,
  deviceActionKindSchema,
  deviceActionStateSchema,
  fail,
  type newDeviceActionSchema,
} from '@carrel/contract';
import { createId, type DeviceId, type Id, type UserId, type WorkspaceId } from '@carrel/kit';
import type { ExpressionBuilder, ExpressionWrapper, SqlBool } from 'kysely';
import type { z } from 'zod';
import type { Queries, Row, Transaction } from '../../database/index.ts';
import type { Tables } from '../../database/tables.ts';
import { isoTime, isoTimeOrNull } from '../../database/values.ts';

const hourMs = 3_600_000;

export interface ActionOrigin {
  readonly author: string;
  readonly nowMs: number;
  readonly randomBytes: (count: number) => Uint8Array;
}

/**
 * Has a device do something when it next appears.
 *
 * @throws {NOT_FOUND} the device
 * @throws {STATE_CONFLICT} it is not active, or was told so already
 */
export async function queueAction(
  transaction: Transaction,
  deviceId: DeviceId,
  input: z.output<typeof newDeviceActionSchema>,
  { author, nowMs, randomBytes }: ActionOrigin,
): Promise<DeviceAction> {
  // Held, so that two who tell it the same at once do not both succeed.
  const device = await transaction
    .updateTable('devices')
    .set({ id: deviceId })
    .where('id', '=', deviceId)
    .returning('state')
    .executeTakeFirst();
  if (!device) throw fail('NOT_FOUND', { kind: 'device', id: deviceId });
  if (device.state !== 'active') {
    throw fail('STATE_CONFLICT', { kind: 'device', reason: `it is ${device.state} and is told nothing` });
  }
  const row: Row<'deviceActions'> = {
    id: createId<'device-action'>(nowMs, randomBytes(10)),
    deviceId,
    kind: input.kind,
    workspaceId: 'workspaceId' in input ? input.workspaceId : null,
    userId: 'userId' in input ? input.userId : null,
    state: 'queued',
    createdAt: nowMs,
    createdBy: author,
    expiresAt: nowMs + input.validForHours * hourMs,
    deliveredAt: null,
    endedAt: null,
    code: null,
  };
  const open = await openActions(transaction, deviceId, nowMs);
  if (open.some((other) => isSame(other, row))) {
    throw fail('STATE_CONFLICT', { kind: 'action', reason: 'the device was told so already' });
  }
  await transaction.insertInto('deviceActions').values(row).execute();
  return deviceActionOf(row, nowMs);
}

/**
 * Takes an action back.
 *
 * @throws {NOT_FOUND}
 * @throws {STATE_CONFLICT} the device has heard of it, or it is over
 */
export async function cancelAction(
  transaction: Transaction,
  deviceId: DeviceId,
  actionId: string,
  nowMs: number,
): Promise<DeviceAction> {
  const cancelled = await transaction
    .updateTable('deviceActions')
    .set({ state: 'cancelled', endedAt: nowMs })
    .where('id', '=', actionId)
    .where('deviceId', '=', deviceId)
    .where('state', '=', 'queued')
    .where('expiresAt', '>', nowMs)
    .returningAll()
    .executeTakeFirst();
  if (cancelled) return deviceActionOf(cancelled, nowMs);
  const row = await transaction
    .selectFrom('deviceActions')
    .selectAll()
    .where('id', '=', actionId)
    .where('deviceId', '=', deviceId)
    .executeTakeFirst();
  if (!row) throw fail('NOT_FOUND', { kind: 'device action', id: actionId });
  const { state } = deviceActionOf(row, nowMs);
  throw fail('STATE_CONFLICT', { kind: 'device action', reason: `it is ${state}` });
}

/** What a device is to do now, as it is told. */
export type OpenActions = readonly {
  readonly id: DeviceAction['id'];
  readonly kind: DeviceAction['kind'];
  readonly workspaceId: WorkspaceId | null;
  readonly userId: UserId | null;
}[];

/** What a device is told to do, oldest first; from now on it counts as told. A wipe comes alone. */
export async function takeActions(queries: Queries, deviceId: string, nowMs: number): Promise<OpenActions> {
  const open = await openActions(queries, deviceId, nowMs);
  const wipe = open.find((row) => row.kind === 'wipe');
  const told = wipe ? [wipe] : open;
  const fresh = told.filter((row) => row.state === 'queued').map((row) => row.id);
  if (fresh.length > 0) {
    await queries
      .updateTable('deviceActions')
      .set({ state: 'delivered', deliveredAt: nowMs })
      .where('id', 'in', fresh)
      .where('state', '=', 'queued')
      .execute();
  }
  return told.map((row) => {
    const { id, kind, workspaceId, userId } = deviceActionOf(row, nowMs);
    return { id, kind, workspaceId, userId };
  });
}

/** How an action went, as the device tells it. */
export interface FinishedAction {
  readonly id: string;
  readonly outcome: 'done' | 'failed';
  readonly code?: string | undefined;
}

/** Writes down how actions went. @returns those that were open until now */
export async function settleActions(
  transaction: Transaction,
  deviceId: string,
  finished: readonly FinishedAction[],
  nowMs: number,
): Promise<Row<'deviceActions'>[]> {
  const settled: Row<'deviceActions'>[] = [];
  for (const { id, outcome, code } of finished) {
    const row = await transaction
      .updateTable('deviceActions')
      .set({ state: outcome, endedAt: nowMs, code: code ?? null })
      .where('id', '=', id)
      .where('deviceId', '=', deviceId)
      .where('state', '=', 'delivered')
      .returningAll()
      .executeTakeFirst();
    if (row) settled.push(row);
  }
  return settled;
}

/** How many actions of each device are queued or under way. */
export async function countOpenActions(
  queries: Queries,
  deviceIds: readonly string[],
  nowMs: number,
): Promise<ReadonlyMap<string, number>> {
  if (deviceIds.length === 0) return new Map();
  const rows = await queries
    .selectFrom('deviceActions')
    .select(['deviceId', ({ fn }) => fn.countAll<number | string | bigint>().as('count')])
    .where('deviceId', 'in', deviceIds)
    .where((where) => isOpen(where, nowMs))
    .groupBy('deviceId')
    .execute();
  return new Map(rows.map((row) => [row.deviceId, Number(row.count)]));
}

export function deviceActionOf(row: Row<'deviceActions'>, nowMs: number): DeviceAction {
  const isExpired = row.state === 'queued' && row.expiresAt <= nowMs;
  return {
    id: row.id as Id<'device-action'>,
    deviceId: row.deviceId as DeviceId,
    kind: deviceActionKindSchema.parse(row.kind),
    workspaceId: row.workspaceId as WorkspaceId | null,
    userId: row.userId as UserId | null,
    state: isExpired ? 'expired' : deviceActionStateSchema.parse(row.state),
    createdAt: isoTime(row.createdAt),
    createdBy: row.createdBy,
    expiresAt: isoTime(row.expiresAt),
    deliveredAt: isoTimeOrNull(row.deliveredAt),
    endedAt: isoTimeOrNull(row.endedAt),
    code: row.code,
  };
}

function openActions(queries: Queries, deviceId: string, nowMs: number): Promise<Row<'deviceActions'>[]> {
  return queries
    .selectFrom('deviceActions')
    .selectAll()
    .where('deviceId', '=', deviceId)
    .where((where) => isOpen(where, nowMs))
    .orderBy('id')
    .execute();
}

function isOpen(
  where: ExpressionBuilder<Tables, 'deviceActions'>,
  nowMs: number,
): ExpressionWrapper<Tables, 'deviceActions', SqlBool> {
  return where.or([
    where('state', '=', 'delivered'),
    where.and([where('state', '=', 'queued'), where('expiresAt', '>', nowMs)]),
  ]);
}

function isSame(one: Row<'deviceActions'>, other: Row<'deviceActions'>): boolean {
  return one.kind === other.kind && one.workspaceId === other.workspaceId && one.userId === other.userId;
}
