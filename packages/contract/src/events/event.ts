import { z } from 'zod';
import { idSchema, timeSchema } from '../resources/primitives.ts';
import { type EventCode, eventCatalogue, eventCodeSchema } from './catalogue.ts';

/** A fact as a device sends it. The device numbers its events 1, 2, 3 … without gaps. */
export const deviceEventSchema = z
  .object({
    sequence: z.int().min(1),
    code: eventCodeSchema,
    clientTime: timeSchema,
    /** `SYSTEM` before anybody has signed in. */
    user: z.string().max(104),
    workspaceId: idSchema('workspace').nullable(),
    guestName: z.string().max(63).nullable(),
    fields: z.record(z.string(), z.union([z.string().max(500), z.number(), z.boolean()])),
  })
  .superRefine((event, context) => {
    const issue = fieldsIssue(event.code, event.fields);
    if (issue !== undefined) context.addIssue({ code: 'custom', path: ['fields'], message: issue });
  });
export type DeviceEvent = z.infer<typeof deviceEventSchema>;

/** An event as the server keeps and shows it. */
export const storedEventSchema = z.object({
  id: idSchema('event'),
  /** `null` for events of the server itself. */
  deviceId: idSchema('device').nullable(),
  sequence: z.int().min(1).nullable(),
  code: eventCodeSchema,
  severity: z.enum(['information', 'warning', 'error']),
  category: z.string(),
  message: z.string(),
  clientTime: timeSchema,
  receivedTime: timeSchema,
  user: z.string(),
  hostName: z.string(),
  workspaceId: idSchema('workspace').nullable(),
  workspaceName: z.string().nullable(),
  guestName: z.string().nullable(),
  agentVersion: z.string().nullable(),
  fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});
export type StoredEvent = z.infer<typeof storedEventSchema>;

/** What is wrong with the fields of an event, or `undefined`. */
function fieldsIssue(code: EventCode, fields: Readonly<Record<string, unknown>>): string | undefined {
  const shape: Readonly<Record<string, z.ZodType>> = eventCatalogue[code].fields;
  const result = z.strictObject(shape).safeParse(fields);
  return result.success ? undefined : `${code}: ${z.prettifyError(result.error)}`;
}
