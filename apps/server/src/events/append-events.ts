import {
  type DeviceEvent,
  eventCatalogue,
  fail,
  inventorySchema,
  renderEvent,
  type StoredEvent,
} from '@carrel/contract';
import { createId, type DeviceId } from '@carrel/kit';
import type { NewRow, Transaction } from '../database/index.ts';
import { parseJson } from '../database/values.ts';
import { storedEventOf } from './event-rows.ts';

export interface AppendResult {
  /** The newest event committed once the transaction is. */
  readonly acknowledgedSequence: number;
  /** What was new, oldest first. */
  readonly stored: readonly StoredEvent[];
}

/** Rows a statement inserts at most, 17 columns each: well below the variables that databases take. */
const rowsAtOnce = 500;

/**
 * Appends a device's events in order. Those it sent before are passed over, so a batch may be sent again; a gap is
 * refused, so nothing can be lost unseen. The device's row is held meanwhile: its batches are stored one by one.
 *
 * @throws {EVENT_SEQUENCE_GAP} naming the sequence that comes next
 * @throws {DEVICE_UNKNOWN}
 */
export async function appendEvents(
  transaction: Transaction,
  deviceId: DeviceId,
  events: readonly DeviceEvent[],
  origin: { readonly nowMs: number; readonly randomBytes: (count: number) => Uint8Array },
): Promise<AppendResult> {
  const device = await transaction
    .updateTable('devices')
    .set({ lastContactAt: origin.nowMs })
    .where('id', '=', deviceId)
    .returningAll()
    .executeTakeFirst();
  if (!device) throw fail('DEVICE_UNKNOWN', {});
  const fresh = events.filter((event) => event.sequence > device.acknowledgedSequence);
  for (const [index, event] of fresh.entries()) {
    const expected = device.acknowledgedSequence + 1 + index;
    if (event.sequence !== expected) throw fail('EVENT_SEQUENCE_GAP', { received: event.sequence, expected });
  }
  const acknowledgedSequence = device.acknowledgedSequence + fresh.length;
  if (fresh.length === 0) return { acknowledgedSequence, stored: [] };

  const inventory = parseJson(inventorySchema, device.inventoryJson);
  const names = await workspaceNames(transaction, fresh);
  const rows = fresh.map((event) => ({
    ...rowOf(event, origin),
    deviceId,
    hostName: inventory.hostName,
    agentVersion: inventory.agentVersion,
    workspaceName: event.workspaceId === null ? null : (names.get(event.workspaceId) ?? null),
  }));
  const stored: StoredEvent[] = [];
  for (let start = 0; start < rows.length; start += rowsAtOnce) {
    const some = rows.slice(start, start + rowsAtOnce);
    const inserted = await transaction.insertInto('events').values(some).returningAll().execute();
    stored.push(...inserted.map(storedEventOf));
  }
  await transaction.updateTable('devices').set({ acknowledgedSequence }).where('id', '=', deviceId).execute();
  return { acknowledgedSequence, stored };
}

type EventContent = Omit<
  NewRow<'events'>,
  'deviceId' | 'hostName' | 'agentVersion' | 'workspaceName' | 'position'
>;

function rowOf(
  event: DeviceEvent,
  { nowMs, randomBytes }: { readonly nowMs: number; readonly randomBytes: (count: number) => Uint8Array },
): EventContent {
  const { severity, category } = eventCatalogue[event.code];
  return {
    id: createId<'event'>(nowMs, randomBytes(10)),
    sequence: event.sequence,
    code: event.code,
    severity,
    category,
    message: renderEvent(event.code, event.fields),
    clientTime: Date.parse(event.clientTime),
    receivedTime: nowMs,
    userName: event.user,
    workspaceId: event.workspaceId,
    guestName: event.guestName,
    fieldsJson: JSON.stringify(event.fields),
  };
}

async function workspaceNames(
  transaction: Transaction,
  events: readonly DeviceEvent[],
): Promise<ReadonlyMap<string, string>> {
  const ids = [...new Set(events.map((event) => event.workspaceId))].filter((id) => id !== null);
  if (ids.length === 0) return new Map();
  const rows = await transaction
    .selectFrom('workspaces')
    .select(['id', 'name'])
    .where('id', 'in', ids)
    .execute();
  return new Map(rows.map((row) => [row.id, row.name]));
}
