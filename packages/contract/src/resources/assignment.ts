import { z } from 'zod';
import { commandLineSchema } from './policy/index.ts';
import { displayNameSchema, idSchema, timeSchema } from './primitives.ts';

const deletionSchema = z.strictObject({
  whenDisabled: z
    .boolean()
    .default(false)
    .describe(
      'Delete the workspace from the computer when the person is disabled or the grant is taken back. Off: what is deleted is gone, and a grant may come back.',
    ),
  whenExpired: z
    .boolean()
    .default(false)
    .describe(
      'Delete the workspace from the computer when its last day is over. Off: a date is soon prolonged.',
    ),
  whenOfflineTooLong: z
    .boolean()
    .default(false)
    .describe(
      'Delete the workspace from the computer when it had no contact for longer than the offline limit. Off: it would hit people on holiday.',
    ),
});

const transferDirectionSchema = z.strictObject({
  isAllowed: z
    .boolean()
    .default(false)
    .describe('Files may go this way. Off: files go nowhere until somebody says so.'),
  command: commandLineSchema
    .nullable()
    .default(null)
    .describe(
      'Command line run on each received file before the person gets it, such as a virus scanner; another exit code than 0 discards the file. The path of the file follows it.',
    ),
  extensions: z
    .array(
      z.string().regex(/^[a-z0-9_+-]{1,20}$/, 'expected what follows the dot, in lower case, such as docx'),
    )
    .max(200)
    .nullable()
    .default(null)
    .describe('Only files whose name ends so, such as docx; none: all files.'),
});
export type TransferDirection = z.infer<typeof transferDirectionSchema>;

/** The doors between computer and guest, which a grant opens and a lease carries. */
const doorFields = {
  deletion: deletionSchema
    .prefault({})
    .describe('When the workspace is deleted from the computer, key first.'),
  clipboard: z
    .enum(['none', 'to-workspace', 'to-host', 'both'])
    .default('both')
    .describe(
      'Which way the clipboard goes. Both: without it the windows of the guest are no part of the work beside them.',
    ),
  fileTransfer: z
    .strictObject({
      toWorkspace: transferDirectionSchema.prefault({}).describe('From the computer into the guest.'),
      toHost: transferDirectionSchema.prefault({}).describe('Out of the guest to the computer.'),
    })
    .prefault({})
    .describe('Copying files between computer and guest.'),
  isPrintingAllowed: z
    .boolean()
    .default(true)
    .describe(
      "The guest may print to the computer's printers. On: documents are printed, and paper is not what the guest is kept apart for.",
    ),
  isOpticalDriveAllowed: z
    .boolean()
    .default(false)
    .describe(
      "The guest may use the computer's CD and DVD drives. Off: what is in a drive comes in unchecked, and a burner carries data out.",
    ),
};

/** What a lease carries of the grant it stands for. */
export const leaseGrantSchema = z.object(doorFields);
export type LeaseGrant = z.infer<typeof leaseGrantSchema>;

/** What a grant limits for its principal; taken together with others by `resolveGrants`. */
export const assignmentSettingsSchema = z.strictObject({
  expiresOn: z.iso
    .date()
    .nullable()
    .default(null)
    .describe('Last day of use, YYYY-MM-DD; ends with that day in timeZone. None: it does not expire.'),
  timeZone: z
    .string()
    .default('UTC')
    .refine((zone) => isTimeZone(zone), 'expected an IANA time zone such as Europe/Berlin')
    .describe('Where the last day ends, such as Europe/Berlin.'),
  offlineLimitHours: z
    .int()
    .min(0)
    .max(24 * 365)
    .nullable()
    .default(24 * 7)
    .describe(
      'Hours of use since the last contact with the server; 0 forbids offline use, none sets no limit. A week: a business trip, and no more than a policy may be old.',
    ),
  ...doorFields,
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

// Known without asking, which takes long; other spellings and old names are asked for.
const commonTimeZones = new Set(['UTC', ...Intl.supportedValuesOf('timeZone')]);

function isTimeZone(zone: string): boolean {
  if (commonTimeZones.has(zone)) return true;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone.length > 0;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
