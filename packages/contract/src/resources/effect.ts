import { z } from 'zod';
import { newAssignmentSchema } from './assignment.ts';
import { idSchema } from './primitives.ts';
import { groupMembersSchema } from './user.ts';
import { workspaceInputSchema } from './workspace.ts';
import { importBasisSchema } from './workspace-file.ts';
import { assignmentChangeSchema, fieldChangeSchema } from './workspace-history.ts';

/** How many people something is about, and the first ten of them by name. */
export const affectedPeopleSchema = z.object({ count: z.int().min(0), names: z.array(z.string()) });
export type AffectedPeople = z.infer<typeof affectedPeopleSchema>;

/** What a change does to one workspace and those who have it. People who are disabled have nothing, so do not count. */
export const workspaceEffectSchema = z.object({
  /** `null` while the workspace exists in a dry run only. */
  workspaceId: idSchema('workspace').nullable(),
  name: z.string(),
  gained: affectedPeopleSchema,
  lost: affectedPeopleSchema,
  /** Settings of grants that become others for people who keep the workspace, most people first. */
  settings: z.array(
    z.object({
      /** As in `values` of an explanation: `validUntil`, `fileTransfer.toHost.isAllowed`. */
      setting: z.string(),
      before: z.unknown().optional(),
      after: z.unknown().optional(),
      users: affectedPeopleSchema,
    }),
  ),
  /** Fields of the workspace itself that become others, for everybody who keeps it. */
  fields: z.object({ changes: z.array(fieldChangeSchema), users: affectedPeopleSchema }),
});
export type WorkspaceEffect = z.infer<typeof workspaceEffectSchema>;

/** What a change would alter, or has altered; only workspaces for which anything changes. */
export const effectSchema = z.object({
  workspaces: z.array(workspaceEffectSchema),
  /** People for whom anything changes. */
  users: affectedPeopleSchema,
});
export type Effect = z.infer<typeof effectSchema>;

const workspaceId = idSchema('workspace');

/** An edit one asks about before making it. */
export const previewedChangeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('workspace'), workspaceId, input: workspaceInputSchema }),
  z.strictObject({ kind: z.literal('delete-workspace'), workspaceId }),
  z.strictObject({ kind: z.literal('put-assignment'), workspaceId, assignment: newAssignmentSchema }),
  z.strictObject({
    kind: z.literal('delete-assignment'),
    workspaceId,
    assignmentId: idSchema('assignment'),
  }),
  z.strictObject({
    kind: z.literal('group-members'),
    groupId: idSchema('group'),
    members: groupMembersSchema,
  }),
  z.strictObject({ kind: z.literal('delete-group'), groupId: idSchema('group') }),
]);
export type PreviewedChange = z.infer<typeof previewedChangeSchema>;

/** What an import did or, as a dry run, would do. */
export const importResultSchema = z.object({
  isDryRun: z.boolean(),
  workspaces: z.array(
    z.object({
      /** `null` for one that would be made. */
      workspaceId: idSchema('workspace').nullable(),
      name: z.string(),
      action: z.enum(['created', 'changed', 'unchanged']),
      /** What was there before; send it back as `basedOn` to import exactly what a dry run showed. */
      basis: importBasisSchema,
      changes: z.array(fieldChangeSchema),
      assignments: z.array(assignmentChangeSchema),
      /** Whether its channel points at a published version: without one nobody can start it. */
      hasImage: z.boolean(),
      /** Names of secrets that its set-up needs and the server does not keep: the steps with them fail. */
      missingSecrets: z.array(z.string()),
    }),
  ),
  effect: effectSchema,
});
export type ImportResult = z.infer<typeof importResultSchema>;
