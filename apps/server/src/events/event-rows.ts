import { eventCodeSchema, type StoredEvent, storedEventSchema } from '@carrel/contract';
import type { DeviceId, EventId, WorkspaceId } from '@carrel/kit';
import type { Row } from '../database/index.ts';
import { isoTime, parseJson } from '../database/values.ts';

export function storedEventOf(row: Row<'events'>): StoredEvent {
  return {
    id: row.id as EventId,
    deviceId: row.deviceId as DeviceId | null,
    sequence: row.sequence,
    code: eventCodeSchema.parse(row.code),
    severity: storedEventSchema.shape.severity.parse(row.severity),
    category: row.category,
    message: row.message,
    clientTime: isoTime(row.clientTime),
    receivedTime: isoTime(row.receivedTime),
    user: row.userName,
    hostName: row.hostName,
    workspaceId: row.workspaceId as WorkspaceId | null,
    workspaceName: row.workspaceName,
    guestName: row.guestName,
    agentVersion: row.agentVersion,
    fields: parseJson(storedEventSchema.shape.fields, row.fieldsJson),
  };
}
