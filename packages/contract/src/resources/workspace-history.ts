import { z } from 'zod';
import { principalSchema } from './assignment.ts';
import { workspacePolicySchema } from './policy/index.ts';
import { channelNameSchema, displayNameSchema, idSchema, revisionSchema, timeSchema } from './primitives.ts';

/** The tabs a workspace is edited in: those of its policy, and who has it. */
export const workspaceTabs = [
  'general',
  'virtualMachine',
  'deployment',
  'applications',
  'web',
  'vmSetup',
  'network',
  'performance',
  'delivery',
] as const;
export const workspaceTabSchema = z.enum(workspaceTabs);
export type WorkspaceTab = z.infer<typeof workspaceTabSchema>;

/** One field that differs. `before` is absent where the field was not there, `after` where it is gone. */
export const fieldChangeSchema = z.object({
  tab: workspaceTabSchema,
  /** Where in the document: `policy.virtualMachine.cpus`, `policy.applications.applications[Word].command`. */
  path: z.string(),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
});
export type FieldChange = z.infer<typeof fieldChangeSchema>;

/** What happened to the assignment of one user or group. */
export const assignmentChangeSchema = z.object({
  principal: principalSchema,
  /** As it was called at the time. */
  principalName: z.string(),
  change: z.enum(['added', 'removed', 'changed']),
  /** Effect and settings that differ; for a removed one, all it had that is not the default. */
  fields: z.array(fieldChangeSchema),
});
export type AssignmentChange = z.infer<typeof assignmentChangeSchema>;

/** How a revision came to be, where it was not simply edited. */
export const revisionOriginSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('edited') }),
  z.object({ kind: z.literal('restored'), revision: revisionSchema }),
  z.object({ kind: z.literal('cloned'), name: z.string() }),
  z.object({ kind: z.literal('imported') }),
]);
export type RevisionOrigin = z.infer<typeof revisionOriginSchema>;

/** What a workspace was at one time, beside who had it. The image is named, since that is what people compare. */
export const workspaceContentSchema = z.object({
  name: displayNameSchema,
  description: z.string(),
  imageId: idSchema('image'),
  /** The image's present name; its id when it is gone. */
  image: z.string(),
  channel: channelNameSchema,
  policy: workspacePolicySchema,
});
export type WorkspaceContent = z.infer<typeof workspaceContentSchema>;

const savedAt = { author: z.string(), time: timeSchema };

/** One line of a workspace's history: a saved change of itself or of who has it. */
export const historyEntrySchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('workspace'),
    revision: revisionSchema,
    ...savedAt,
    origin: revisionOriginSchema,
    /** One line for people: which fields changed since the revision before. */
    summary: z.string(),
    changes: z.array(fieldChangeSchema),
  }),
  z.object({
    kind: z.literal('assignments'),
    /** Of the set of assignments, which is counted apart from the workspace. */
    revision: revisionSchema,
    ...savedAt,
    summary: z.string(),
    assignments: z.array(assignmentChangeSchema),
  }),
]);
export type HistoryEntry = z.infer<typeof historyEntrySchema>;

/** One revision in full. */
export const workspaceRevisionSchema = z.object({
  workspaceId: idSchema('workspace'),
  revision: revisionSchema,
  ...savedAt,
  origin: revisionOriginSchema,
  content: workspaceContentSchema,
});
export type WorkspaceRevision = z.infer<typeof workspaceRevisionSchema>;
