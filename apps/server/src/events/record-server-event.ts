import { hostname } from 'node:os';
import { type EventCode, type EventFields, eventCatalogue, renderEvent } from '@carrel/contract';
import { createId } from '@carrel/kit';
import type { Services } from '../services.ts';
import { storedEventOf } from './event-rows.ts';

/** Stores a fact of the server itself. */
export async function recordServerEvent<Code extends EventCode>(
  { database, clock, randomBytes, notices }: Services,
  code: Code,
  fields: EventFields<Code>,
): Promise<void> {
  const { severity, category } = eventCatalogue[code];
  const nowMs = clock.nowMs();
  const row = await database.queries
    .insertInto('events')
    .values({
      id: createId<'event'>(nowMs, randomBytes(10)),
      deviceId: null,
      sequence: null,
      code,
      severity,
      category,
      message: renderEvent(code, fields),
      clientTime: nowMs,
      receivedTime: nowMs,
      userName: 'SYSTEM',
      hostName: hostname(),
      workspaceId: null,
      workspaceName: null,
      guestName: null,
      agentVersion: null,
      fieldsJson: JSON.stringify(fields),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  notices.publish({ topic: 'event', event: storedEventOf(row) });
}
