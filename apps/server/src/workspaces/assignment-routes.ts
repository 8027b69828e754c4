import { fail, routes } from '@carrel/contract';
import { pageOf } from '../database/paging.ts';
import type { Router } from '../http/index.ts';
import type { Services } from '../services.ts';
import { deleteAssignment, loadAssignments, putAssignment } from './assignments.ts';
import { findWorkspaceRow } from './workspace-rows.ts';

export function registerAssignmentRoutes(router: Router, services: Services): void {
  const { database, clock, randomBytes, notices } = services;

  router.handle(routes.listAssignments, async ({ params, query }) => {
    const { workspaceId } = params;
    if (!(await findWorkspaceRow(database.queries, workspaceId))) {
      throw fail('NOT_FOUND', { kind: 'workspace', id: workspaceId });
    }
    const rows = await database.queries
      .selectFrom('assignments')
      .selectAll()
      .where('workspaceId', '=', workspaceId)
      .$if(query.cursor !== undefined, (select) => select.where('id', '>', query.cursor ?? ''))
      .orderBy('id')
      .limit(query.limit + 1)
      .execute();
    const assignments = await loadAssignments(database.queries, rows);
    return pageOf(
      assignments,
      query.limit,
      (assignment) => assignment.id,
      (assignment) => assignment,
    );
  });

  router.handle(routes.putAssignment, async ({ params, body, caller, change }) => {
    const authorship = { author: caller.user.userName, nowMs: clock.nowMs() };
    const assignment = await change(
      (transaction) => putAssignment(transaction, params.workspaceId, body, authorship, randomBytes),
      (made) => ({
        target: params.workspaceId,
        details: { principal: made.principalName, effect: made.effect, settings: made.settings },
      }),
    );
    notices.publish({ topic: 'workspace', id: params.workspaceId });
    return assignment;
  });

  router.handle(routes.deleteAssignment, async ({ params, change }) => {
    await change(
      (transaction) => deleteAssignment(transaction, params.workspaceId, params.assignmentId),
      (row) => ({
        target: params.workspaceId,
        details: { principalKind: row.principalKind, principalId: row.principalId, effect: row.effect },
      }),
    );
    notices.publish({ topic: 'workspace', id: params.workspaceId });
    return undefined;
  });
}
