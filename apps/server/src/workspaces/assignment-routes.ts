import { fail, routes } from '@carrel/contract';
import { describeAssignmentChange } from '@carrel/policy';
import { pageOf } from '../database/paging.ts';
import type { Router } from '../http/index.ts';
import type { Services } from '../services.ts';
import { loadAssignments } from './assignment-rows.ts';
import { deleteAssignment, putAssignment } from './assignments.ts';
import { authorshipOf } from './authorship.ts';
import { findWorkspaceRow } from './workspace-rows.ts';

export function registerAssignmentRoutes(router: Router, services: Services): void {
  const { database, randomBytes, notices } = services;

  router.handle(routes.listAssignments, async ({ params, query }) => {
    const { workspaceId } = params;
    const workspace = await findWorkspaceRow(database.queries, workspaceId);
    if (!workspace) throw fail('NOT_FOUND', { kind: 'workspace', id: workspaceId });
    const rows = await database.queries
      .selectFrom('assignments')
      .selectAll()
      .where('workspaceId', '=', workspaceId)
      .$if(query.cursor !== undefined, (select) => select.where('id', '>', query.cursor ?? ''))
      .orderBy('id')
      .limit(query.limit + 1)
      .execute();
    const assignments = await loadAssignments(database.queries, rows);
    const page = pageOf(
      assignments,
      query.limit,
      (assignment) => assignment.id,
      (assignment) => assignment,
    );
    return { ...page, revision: workspace.assignmentsRevision };
  });

  router.handle(routes.putAssignment, async ({ params, body, revision, caller, change }) => {
    const { workspaceId } = params;
    const authorship = authorshipOf(caller, services);
    const { assignment } = await change(
      (transaction) => putAssignment(transaction, workspaceId, body, revision, authorship, randomBytes),
      ({ assignment: { principal, principalName, effect }, changes }) => ({
        target: workspaceId,
        details: {
          principalKind: principal.kind,
          principal: principalName,
          effect,
          changes: changes.map(describeAssignmentChange),
        },
      }),
    );
    notices.publish({ topic: 'workspace', id: workspaceId });
    return assignment;
  });

  router.handle(routes.deleteAssignment, async ({ params, revision, caller, change }) => {
    const { workspaceId, assignmentId } = params;
    const authorship = authorshipOf(caller, services);
    await change(
      (transaction) => deleteAssignment(transaction, workspaceId, assignmentId, revision, authorship),
      ({ principal, principalName, effect }) => ({
        target: workspaceId,
        details: { principalKind: principal.kind, principal: principalName, effect },
      }),
    );
    notices.publish({ topic: 'workspace', id: workspaceId });
    return undefined;
  });
}
