import { z } from 'zod';
import { assignmentSettingsSchema } from './assignment.ts';
import { workspacePolicySchema } from './policy.ts';
import { channelNameSchema, displayNameSchema, idSchema, revisionSchema, timeSchema } from './primitives.ts';

/** One image channel and one policy. */
export const workspaceSchema = z.object({
  id: idSchema('workspace'),
  name: displayNameSchema,
  description: z.string(),
  imageId: idSchema('image'),
  channel: channelNameSchema,
  policy: workspacePolicySchema,
  /** Grows by one at every saved change; sent back as If-Match. */
  revision: revisionSchema,
  updatedAt: timeSchema,
  updatedBy: z.string(),
});
export type Workspace = z.infer<typeof workspaceSchema>;

/** What a person writes to make or change a workspace. */
export const workspaceInputSchema = z.strictObject({
  name: displayNameSchema,
  description: z.string().max(2000).default(''),
  imageId: idSchema('image'),
  channel: channelNameSchema.default('production'),
  policy: workspacePolicySchema.prefault({}),
});
export type WorkspaceInput = z.infer<typeof workspaceInputSchema>;

/** The file that `carrel workspace apply -f` reads: names instead of ids. */
export const workspaceFileSchema = z.strictObject({
  name: displayNameSchema,
  description: z.string().max(2000).default(''),
  image: z.string().min(1),
  channel: channelNameSchema.default('production'),
  policy: workspacePolicySchema.prefault({}),
  assignments: z
    .array(
      z.strictObject({
        user: z.string().optional(),
        group: z.string().optional(),
        effect: z.enum(['allow', 'deny']).default('allow'),
        settings: assignmentSettingsSchema.prefault({}),
      }),
    )
    .optional(),
});
export type WorkspaceFile = z.infer<typeof workspaceFileSchema>;
