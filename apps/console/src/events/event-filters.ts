import { eventCodeSchema, idSchema, type StoredEvent } from '@carrel/contract';
import { z } from 'zod';

const shortText = z.string().trim().min(1).max(100).optional().catch(undefined);

/** What the list of events is narrowed to; kept in the address, so that it can be shared. */
export const eventFiltersSchema = z.object({
  severity: z.enum(['information', 'warning', 'error']).optional().catch(undefined),
  code: eventCodeSchema.optional().catch(undefined),
  user: shortText,
  hostName: shortText,
  deviceId: idSchema('device').optional().catch(undefined),
});
export type EventFilters = z.output<typeof eventFiltersSchema>;

/** Whether an event that arrives live belongs in the list; the same rules as the server's query. */
export function matchesFilters(event: StoredEvent, filters: EventFilters): boolean {
  return (
    (filters.severity === undefined || event.severity === filters.severity) &&
    (filters.code === undefined || event.code === filters.code) &&
    (filters.deviceId === undefined || event.deviceId === filters.deviceId) &&
    holds(event.user, filters.user) &&
    holds(event.hostName, filters.hostName)
  );
}

/** The filters without what is not set, as a query takes them. */
export function definedFilters(filters: EventFilters): {
  [Name in keyof EventFilters]?: NonNullable<EventFilters[Name]>;
} {
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined));
}

function holds(text: string, part: string | undefined): boolean {
  return part === undefined || text.toLowerCase().includes(part.toLowerCase());
}
