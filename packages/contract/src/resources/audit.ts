import { z } from 'zod';
import { digestSchema, timeSchema } from './primitives.ts';

/** One line of the append-only log of changes and denied attempts. */
export const auditEntrySchema = z.object({
  sequence: z.int().min(1),
  time: timeSchema,
  actor: z.string(),
  /** The id of the route called, or a word such as `sign-in`. */
  action: z.string(),
  target: z.string(),
  outcome: z.enum(['done', 'denied', 'failed']),
  details: z.record(z.string(), z.unknown()),
  /** sha256 over the previous entry's hash and this entry's canonical JSON. */
  hash: digestSchema,
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;
