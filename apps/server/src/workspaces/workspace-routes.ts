import { fail, routes } from '@carrel/contract';
import type { Queries } from '../database/index.ts';
import { invalidCursor, pageOf } from '../database/paging.ts';
import type { Router } from '../http/index.ts';
import type { Services } from '../services.ts';
import { registerAssignmentRoutes } from './assignment-routes.ts';
import { deleteWorkspace, insertWorkspace, updateWorkspace } from './save-workspace.ts';
import { findWorkspaceRow, workspaceNameKey, workspaceOf } from './workspace-rows.ts';

export function registerWorkspaceRoutes(router: Router, services: Services): void {
  registerReading(router, services);
  registerWriting(router, services);
  registerAssignmentRoutes(router, services);
}

function registerReading(router: Router, { database }: Services): void {
  router.handle(routes.listWorkspaces, async ({ query }) => {
    const after = query.cursor === undefined ? undefined : await nameAt(database.queries, query.cursor);
    const rows = await database.queries
      .selectFrom('workspaces')
      .selectAll()
      .where((where) =>
        where.and([
          ...(query.name === undefined ? [] : [where('nameKey', '=', workspaceNameKey(query.name))]),
          ...(after === undefined ? [] : [where('nameKey', '>', after)]),
        ]),
      )
      .orderBy('nameKey')
      .limit(query.limit + 1)
      .execute();
    return pageOf(rows, query.limit, (row) => row.id, workspaceOf);
  });

  router.handle(routes.getWorkspace, async ({ params }) => {
    const row = await findWorkspaceRow(database.queries, params.workspaceId);
    if (!row) throw fail('NOT_FOUND', { kind: 'workspace', id: params.workspaceId });
    return workspaceOf(row);
  });
}

function registerWriting(router: Router, { clock, randomBytes, notices }: Services): void {
  router.handle(routes.createWorkspace, async ({ body, caller, change }) => {
    const authorship = { author: caller.user.userName, nowMs: clock.nowMs() };
    const workspace = await change(
      (transaction) => insertWorkspace(transaction, body, authorship, randomBytes),
      (made) => ({
        target: made.name,
        details: { id: made.id, imageId: made.imageId, channel: made.channel },
      }),
    );
    notices.publish({ topic: 'workspace', id: workspace.id });
    return workspace;
  });

  router.handle(routes.changeWorkspace, async ({ params, body, revision, caller, change }) => {
    const authorship = { author: caller.user.userName, nowMs: clock.nowMs() };
    const workspace = await change(
      (transaction) => updateWorkspace(transaction, params.workspaceId, revision, body, authorship),
      (changed) => ({ target: changed.name, details: { id: changed.id, revision: changed.revision } }),
    );
    notices.publish({ topic: 'workspace', id: workspace.id });
    return workspace;
  });

  router.handle(routes.deleteWorkspace, async ({ params, change }) => {
    await change(
      (transaction) => deleteWorkspace(transaction, params.workspaceId),
      (name) => ({ target: name, details: { id: params.workspaceId } }),
    );
    notices.publish({ topic: 'workspace', id: params.workspaceId });
    return undefined;
  });
}

/** @throws {REQUEST_INVALID} the cursor names no workspace */
async function nameAt(queries: Queries, cursor: string): Promise<string> {
  const row = await findWorkspaceRow(queries, cursor);
  if (!row) throw invalidCursor();
  return row.nameKey;
}
