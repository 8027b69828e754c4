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

/** What a walk through the whole log found. */
export const auditVerificationSchema = z.object({
  isWhole: z.boolean(),
  entryCount: z.int().min(0),
  /** Hash of the newest entry, to be kept elsewhere and compared later; `null` while there is none. */
  headHash: digestSchema.nullable(),
  /** The first entry that is not what was written; `null` when the log is whole. */
  damagedSequence: z.int().min(1).nullable(),
});
export type AuditVerification = z.infer<typeof auditVerificationSchema>;
