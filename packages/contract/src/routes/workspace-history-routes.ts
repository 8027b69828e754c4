import { z } from 'zod';
import { effectSchema, importResultSchema, previewedChangeSchema } from '../resources/effect.ts';
import { explanationSchema } from '../resources/explanation.ts';
import { displayNameSchema, idSchema, pageOf, pageQuerySchema } from '../resources/primitives.ts';
import { workspaceSchema } from '../resources/workspace.ts';
import {
  exportedWorkspacesSchema,
  importBasisSchema,
  workspaceBundleSchema,
} from '../resources/workspace-file.ts';
import { historyEntrySchema, workspaceRevisionSchema } from '../resources/workspace-history.ts';
import { allow, allowOverEverything, allowWithinScope, defineRoute } from './define-route.ts';

const workspaceParams = z.object({ workspaceId: idSchema('workspace') });
const revisionParams = workspaceParams.extend({ revision: z.coerce.number().int().min(1) });
const tag = 'Workspaces';

/** What a workspace was before, copies of it, and what a change of it means for people. */
export const workspaceHistoryRoutes = {
  listRevisions: defineRoute({
    id: 'listRevisions',
    method: 'GET',
    path: '/api/v1/workspaces/{workspaceId}/revisions',
    tag,
    summary:
      'Every saved change of a workspace and of who has it, newest first; also of one that was deleted',
    access: allow('workspaces.view'),
    params: workspaceParams,
    query: pageQuerySchema,
    status: 200,
    response: pageOf(historyEntrySchema),
  }),
  getRevision: defineRoute({
    id: 'getRevision',
    method: 'GET',
    path: '/api/v1/workspaces/{workspaceId}/revisions/{revision}',
    tag,
    summary: 'What a workspace was at one revision',
    access: allow('workspaces.view'),
    params: revisionParams,
    status: 200,
    response: workspaceRevisionSchema,
  }),
  restoreRevision: defineRoute({
    id: 'restoreRevision',
    method: 'POST',
    path: '/api/v1/workspaces/{workspaceId}/revisions/{revision}/restore',
    tag,
    summary:
      'Make a new revision that equals an older one; refused with 412 when somebody changed it meanwhile',
    access: allow('workspaces.edit'),
    params: revisionParams,
    needsRevision: true,
    status: 200,
    response: workspaceSchema,
  }),
  cloneWorkspace: defineRoute({
    id: 'cloneWorkspace',
    method: 'POST',
    path: '/api/v1/workspaces/{workspaceId}/clone',
    tag,
    summary: 'Copy a workspace; without a name it gets the next free of "NAME - 2", "NAME - 3" …',
    access: allowOverEverything('workspaces.edit'),
    params: workspaceParams,
    body: z.strictObject({
      name: displayNameSchema.optional(),
      withAssignments: z
        .boolean()
        .default(false)
        .describe('Also give it to everybody who has the original (needs workspaces.assign)'),
    }),
    status: 201,
    response: workspaceSchema,
  }),
  exportWorkspaces: defineRoute({
    id: 'exportWorkspaces',
    method: 'GET',
    path: '/api/v1/workspaces/export',
    tag,
    summary: 'Workspaces and who has them as one document with names instead of ids',
    access: allowWithinScope('workspaces.view'),
    query: z.object({
      workspaceIds: z
        .string()
        .regex(/^[0-9a-f-]{36}(,[0-9a-f-]{36}){0,99}$/)
        .optional()
        .describe('Up to 100 ids with commas between; without it all workspaces'),
    }),
    status: 200,
    response: exportedWorkspacesSchema,
  }),
  importWorkspaces: defineRoute({
    id: 'importWorkspaces',
    method: 'POST',
    path: '/api/v1/workspaces/import',
    tag,
    summary:
      'Make workspaces equal to a document, matched by name; others stay. All of it or nothing; a dry run says what would change for whom',
    access: allowWithinScope('workspaces.edit'),
    query: z.object({
      dryRun: z.stringbool().default(false).describe('Change nothing and say what would change'),
    }),
    body: workspaceBundleSchema.extend({
      basedOn: z
        .array(importBasisSchema)
        .max(500)
        .optional()
        .describe('Refuse with 412 when one of these was changed since'),
    }),
    status: 200,
    response: importResultSchema,
  }),
  explainPolicy: defineRoute({
    id: 'explainPolicy',
    method: 'GET',
    path: '/api/v1/policy/explain',
    tag,
    summary: 'What a user may use and why: which grant supplied each value, through which groups',
    access: allowWithinScope('users.view'),
    query: z.object({ userId: idSchema('user'), workspaceId: idSchema('workspace').optional() }),
    status: 200,
    response: explanationSchema,
  }),
  previewChange: defineRoute({
    id: 'previewChange',
    method: 'POST',
    path: '/api/v1/policy/preview',
    tag,
    summary: 'What an edit would change, for whom, without making it',
    access: allowWithinScope('workspaces.view'),
    body: previewedChangeSchema,
    changesNothing: true,
    status: 200,
    response: effectSchema,
  }),
};
