import { z } from 'zod';
import { assignmentSettingsSchema, principalSchema } from './assignment.ts';
import { workspacePolicySchema } from './policy/index.ts';
import { idSchema, revisionSchema, timeSchema } from './primitives.ts';

/** One assignment that reaches the person. */
export const explainedGrantSchema = z.object({
  assignmentId: idSchema('assignment'),
  principal: principalSchema,
  principalName: z.string(),
  effect: z.enum(['allow', 'deny']),
  /** Groups from the one the person is in to the one assigned, by name; empty for a person's own. */
  path: z.array(z.string()),
  settings: assignmentSettingsSchema,
  /** Why it is not counted: a grant to the person goes before grants to groups here, or its last day is over. */
  leftOut: z.enum(['outranked', 'expired']).nullable(),
});
export type ExplainedGrant = z.infer<typeof explainedGrantSchema>;

/** One effective value and why it is that. */
export const explainedValueSchema = z.object({
  /** `validUntil`, `offlineLimitSeconds`, `fileTransfer.toHost.isAllowed` … */
  setting: z.string(),
  value: z.unknown(),
  /** The assignment that supplied it. */
  from: idSchema('assignment'),
  /** Others that say the same, or that together with it make the value. */
  together: z.array(idSchema('assignment')),
  /** Assignments that say something else here and were overridden. */
  overrode: z.array(idSchema('assignment')),
});
export type ExplainedValue = z.infer<typeof explainedValueSchema>;

export const explainedWorkspaceSchema = z.object({
  workspaceId: idSchema('workspace'),
  name: z.string(),
  /** `expired`: granted, but its last day is over. `none`: no assignment reaches the person. */
  outcome: z.enum(['granted', 'denied', 'expired', 'none']),
  precedence: z.enum(['least-restrictive', 'user']),
  grants: z.array(explainedGrantSchema),
  /** What the grants together allow; empty unless granted or expired. */
  values: z.array(explainedValueSchema),
  deniedBy: z.array(idSchema('assignment')),
  /** The policy, which is the workspace's for everybody, and where it comes from. */
  policy: workspacePolicySchema,
  revision: revisionSchema,
  updatedAt: timeSchema,
  updatedBy: z.string(),
});
export type ExplainedWorkspace = z.infer<typeof explainedWorkspaceSchema>;

/** Why a person may use what they may use. */
export const explanationSchema = z.object({
  user: z.object({
    id: idSchema('user'),
    userName: z.string(),
    displayName: z.string(),
    /** A disabled person may use nothing, whatever is granted. */
    isDisabled: z.boolean(),
  }),
  /** Every group the person is in, and through which: names from the one they are a member of to this one. */
  groups: z.array(z.object({ id: idSchema('group'), name: z.string(), path: z.array(z.string()) })),
  /** By name; the one asked about, or all that an assignment reaches the person for. */
  workspaces: z.array(explainedWorkspaceSchema),
});
export type Explanation = z.infer<typeof explanationSchema>;
