import { z } from 'zod';
import { assignmentSchema, newAssignmentSchema } from '../resources/assignment.ts';
import { idSchema, pageOf, pageQuerySchema } from '../resources/primitives.ts';
import { workspaceInputSchema, workspaceSchema } from '../resources/workspace.ts';
import { allow, defineRoute } from './define-route.ts';

const workspaceParams = z.object({ workspaceId: idSchema('workspace') });
const tag = 'Workspaces';

export const workspaceRoutes = {
  listWorkspaces: defineRoute({
    id: 'listWorkspaces',
    method: 'GET',
    path: '/api/v1/workspaces',
    tag,
    summary: 'Workspaces by name',
    access: allow('workspaces.view'),
    query: pageQuerySchema.extend({
      name: z.string().optional().describe('Only the workspace of this name'),
    }),
    status: 200,
    response: pageOf(workspaceSchema),
  }),
  createWorkspace: defineRoute({
    id: 'createWorkspace',
    method: 'POST',
    path: '/api/v1/workspaces',
    tag,
    summary: 'Make a workspace',
    access: allow('workspaces.edit'),
    body: workspaceInputSchema,
    status: 201,
    response: workspaceSchema,
  }),
  getWorkspace: defineRoute({
    id: 'getWorkspace',
    method: 'GET',
    path: '/api/v1/workspaces/{workspaceId}',
    tag,
    summary: 'One workspace',
    access: allow('workspaces.view'),
    params: workspaceParams,
    status: 200,
    response: workspaceSchema,
  }),
  changeWorkspace: defineRoute({
    id: 'changeWorkspace',
    method: 'PUT',
    path: '/api/v1/workspaces/{workspaceId}',
    tag,
    summary: 'Change a workspace; refused with 412 when somebody else changed it first',
    access: allow('workspaces.edit'),
    params: workspaceParams,
    body: workspaceInputSchema,
    needsRevision: true,
    status: 200,
    response: workspaceSchema,
  }),
  deleteWorkspace: defineRoute({
    id: 'deleteWorkspace',
    method: 'DELETE',
    path: '/api/v1/workspaces/{workspaceId}',
    tag,
    summary: 'Delete a workspace and its assignments; devices lose it at their next contact',
    access: allow('workspaces.edit'),
    params: workspaceParams,
    status: 204,
  }),
  listAssignments: defineRoute({
    id: 'listAssignments',
    method: 'GET',
    path: '/api/v1/workspaces/{workspaceId}/assignments',
    tag,
    summary: 'Who a workspace is granted to',
    access: allow('workspaces.view'),
    params: workspaceParams,
    query: pageQuerySchema,
    status: 200,
    response: pageOf(assignmentSchema),
  }),
  putAssignment: defineRoute({
    id: 'putAssignment',
    method: 'PUT',
    path: '/api/v1/workspaces/{workspaceId}/assignments',
    tag,
    summary: 'Grant or deny a workspace to a user or group; replaces the assignment there was',
    access: allow('workspaces.assign'),
    params: workspaceParams,
    body: newAssignmentSchema,
    status: 200,
    response: assignmentSchema,
  }),
  deleteAssignment: defineRoute({
    id: 'deleteAssignment',
    method: 'DELETE',
    path: '/api/v1/workspaces/{workspaceId}/assignments/{assignmentId}',
    tag,
    summary: 'Take an assignment back',
    access: allow('workspaces.assign'),
    params: workspaceParams.extend({ assignmentId: idSchema('assignment') }),
    status: 204,
  }),
};
