import { z } from 'zod';
import { assignmentSettingsSchema } from './assignment.ts';
import { newWorkspacePolicySchema, workspacePolicySchema } from './policy/index.ts';
import { channelNameSchema, displayNameSchema, revisionSchema } from './primitives.ts';

const fileAssignmentSchema = z
  .strictObject({
    user: z.string().min(1).optional(),
    group: z.string().min(1).optional(),
    effect: z.enum(['allow', 'deny']).default('allow'),
    settings: assignmentSettingsSchema.prefault({}),
  })
  .refine(
    ({ user, group }) => (user === undefined) !== (group === undefined),
    'expected either user or group',
  );

const fields = {
  name: displayNameSchema,
  description: z.string().max(2000).default(''),
  image: z.string().min(1),
  channel: channelNameSchema.default('production'),
  assignments: z
    .array(fileAssignmentSchema)
    .max(10_000)
    .optional()
    .describe('Exactly these remain; without the list the assignments stay as they are.'),
};

/** One workspace as a file says it: names instead of ids. What it leaves out has the default. */
export const workspaceFileSchema = z.strictObject({
  ...fields,
  policy: newWorkspacePolicySchema.prefault({}),
});
export type WorkspaceFile = z.infer<typeof workspaceFileSchema>;

/** What an export gives: also what an older server let in and this one would ask to correct. */
export const exportedWorkspacesSchema = z.object({
  workspaces: z.array(z.strictObject({ ...fields, policy: workspacePolicySchema })),
});

/** Several workspaces as one document, as an export gives them and an import takes them. */
export const workspaceBundleSchema = z.strictObject({
  workspaces: z.array(workspaceFileSchema).min(1).max(500),
});
export type WorkspaceBundle = z.infer<typeof workspaceBundleSchema>;

/** What an import is based on: what the dry run was shown for. */
export const importBasisSchema = z.strictObject({
  name: displayNameSchema,
  /** 0: there was no workspace of this name. */
  revision: z.union([z.literal(0), revisionSchema]),
  assignmentsRevision: z.union([z.literal(0), revisionSchema]),
});
export type ImportBasis = z.infer<typeof importBasisSchema>;
