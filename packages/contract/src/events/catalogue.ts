import { z } from 'zod';
import { agentEvents } from './agent-events.ts';
import { guestEvents } from './guest-events.ts';
import { imageEvents } from './image-events.ts';
import { leaseEvents } from './lease-events.ts';
import { serverEvents } from './server-events.ts';
import { workspaceEvents } from './workspace-events.ts';

/** Every event of the project by its stable code; `docs/reference/events.md` is generated from it. */
export const eventCatalogue = {
  ...agentEvents,
  ...leaseEvents,
  ...imageEvents,
  ...workspaceEvents,
  ...guestEvents,
  ...serverEvents,
} as const;

export type EventCode = keyof typeof eventCatalogue;
export const eventCodeSchema = z.enum(Object.keys(eventCatalogue) as [EventCode, ...EventCode[]]);

/** The fields an event of this code carries. */
export type EventFields<Code extends EventCode> = {
  readonly [Name in keyof (typeof eventCatalogue)[Code]['fields']]: z.infer<
    (typeof eventCatalogue)[Code]['fields'][Name] & z.ZodType
  >;
};

/** The sentence of an event. Fields the event lacks stay as `{name}`. */
export function renderEvent(code: EventCode, fields: Readonly<Record<string, unknown>>): string {
  return eventCatalogue[code].template.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const value = fields[name];
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : whole;
  });
}
