import { z } from 'zod';

const shortText = z.string().trim().min(1).max(200).optional().catch(undefined);
const day = z.iso.date().optional().catch(undefined);

/** What narrows the audit log; kept in the address, so that a view can be shared. */
export const auditFiltersSchema = z.object({
  actor: shortText,
  action: shortText,
  target: shortText,
  outcome: z.enum(['done', 'denied', 'failed']).optional().catch(undefined),
  /** Days in the reader's time zone, both included. */
  from: day,
  to: day,
});
export type AuditFilters = z.infer<typeof auditFiltersSchema>;

export type AuditQuery = Partial<
  Record<'actor' | 'action' | 'target' | 'since' | 'until', string> & {
    outcome: NonNullable<AuditFilters['outcome']>;
  }
>;

/** The filters as the server takes them: days become points in time. */
export function auditQuery({ from, to, ...filters }: AuditFilters): AuditQuery {
  const query = {
    ...filters,
    since: from === undefined ? undefined : new Date(`${from}T00:00:00.000`).toISOString(),
    until: to === undefined ? undefined : new Date(`${to}T23:59:59.999`).toISOString(),
  };
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
}
