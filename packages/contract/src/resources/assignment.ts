import { z } from 'zod';
import { displayNameSchema, idSchema, timeSchema } from './primitives.ts';

/** What a grant limits for its principal. A missing expiry means it does not expire. */
export const assignmentSettingsSchema = z.strictObject({
  /** Last day of use, `YYYY-MM-DD`; ends with that day in `timeZone`. */
  expiresOn: z.iso.date().nullable().default(null),
  timeZone: z
    .string()
    .default('UTC')
    .refine((zone) => isTimeZone(zone), 'expected an IANA time zone such as Europe/Berlin'),
  /** Hours of use without contact; 0 forbids offline use. */
  offlineLimitHours: z
    .int()
    .min(0)
    .max(24 * 365)
    .default(24 * 7),
});
export type AssignmentSettings = z.infer<typeof assignmentSettingsSchema>;

export const principalSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('user'), id: idSchema('user') }),
  z.object({ kind: z.literal('group'), id: idSchema('group') }),
]);
export type Principal = z.infer<typeof principalSchema>;

/** A grant (or denial) of a workspace to a user or group. */
export const assignmentSchema = z.object({
  id: idSchema('assignment'),
  workspaceId: idSchema('workspace'),
  principal: principalSchema,
  principalName: displayNameSchema,
  effect: z.enum(['allow', 'deny']),
  settings: assignmentSettingsSchema,
  createdAt: timeSchema,
  createdBy: z.string(),
});
export type Assignment = z.infer<typeof assignmentSchema>;

export const newAssignmentSchema = z.strictObject({
  principal: principalSchema,
  effect: z.enum(['allow', 'deny']).default('allow'),
  settings: assignmentSettingsSchema.prefault({}),
});

function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone.length > 0;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
