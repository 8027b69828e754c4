import { z } from 'zod';
import { commandLineSchema } from './command-line.ts';

const frameSchema = z.strictObject({
  isShown: z
    .boolean()
    .default(true)
    .describe(
      'Draw a frame around each window of the guest. On, so that people see what runs inside and what outside.',
    ),
  color: z
    .string()
    .regex(/^#[0-9a-f]{6}$/i, 'expected # and six hex digits, such as #0000c0')
    .default('#0000c0')
    .describe('Color of the frame. Dark blue is seen on light and dark windows alike.'),
});

const hostVerificationSchema = z.strictObject({
  command: commandLineSchema
    .nullable()
    .default(null)
    .describe(
      'Command line run on the computer before the workspace starts, such as a check of its virus scanner. None: nothing is checked.',
    ),
  timeoutSeconds: z
    .int()
    .min(1)
    .max(600)
    .default(60)
    .describe(
      'The command counts as failed after this time. A minute is ample for a check, and short for a person who waits.',
    ),
  isRequired: z
    .boolean()
    .default(true)
    .describe(
      'Do not start the workspace when the command ends with another exit code than 0. On: a check that is configured is meant.',
    ),
});

/** The tab General: what people see of the workspace, and who may start it. */
export const generalSchema = z.strictObject({
  supportContact: z
    .string()
    .max(500)
    .default('')
    .describe('Shown to the person at the computer, such as the extension of the help desk.'),
  display: z
    .enum(['seamless', 'full-desktop'])
    .default('seamless')
    .describe(
      "seamless: windows of the guest stand among the computer's own; full-desktop: the whole desktop in one window. Seamless, because people want the application and not a second desktop.",
    ),
  frame: frameSchema.prefault({}).describe('The frame around windows of the guest.'),
  hostVerification: hostVerificationSchema
    .prefault({})
    .describe('A check of the computer before the workspace starts.'),
  isOfflineSignInAllowed: z
    .boolean()
    .default(true)
    .describe(
      'People may sign in at the computer while server or directory cannot be reached, with a verifier kept from their last sign-in. On: the offline limit of the assignment bounds it.',
    ),
  isPasswordSavingAllowed: z
    .boolean()
    .default(false)
    .describe(
      'People may have the computer remember their password. Off: whoever has the computer would have the workspace.',
    ),
  precedence: z
    .enum(['least-restrictive', 'user'])
    .default('least-restrictive')
    .describe(
      'When several grants give somebody the workspace. least-restrictive: the most generous value of each setting; user: what is granted to the user beats what is granted to their groups. A denial beats both.',
    ),
});
