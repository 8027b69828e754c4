import { z } from 'zod';
import { newWorkspacePolicySchema, workspacePolicySchema } from './policy/index.ts';
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
  policy: newWorkspacePolicySchema.prefault({}),
});
export type WorkspaceInput = z.infer<typeof workspaceInputSchema>;
