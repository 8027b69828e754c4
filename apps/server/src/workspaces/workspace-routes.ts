import { type FieldChange, fail, routes } from '@carrel/contract';
import { describeChange } from '@carrel/policy';
import { pageOf } from '../database/paging.ts';
import type { Router } from '../http/index.ts';
import type { Services } from '../services.ts';
import { registerAssignmentRoutes } from './assignment-routes.ts';
import { authorshipOf } from './authorship.ts';
import { registerCopyRoutes } from './copies/copy-routes.ts';
import { registerEffectRoutes } from './effect/effect-routes.ts';
import { registerHistoryRoutes } from './history/history-routes.ts';
import { listWorkspaceRows } from './list-workspaces.ts';
import { deleteWorkspace, insertWorkspace, updateWorkspace } from './save-workspace.ts';
import { findWorkspaceRow, workspaceOf } from './workspace-rows.ts';

/** As many changed fields as an audit entry names. */
const auditedChanges = 50;

export function registerWorkspaceRoutes(router: Router, services: Services): void {
  registerReading(router, services);
  registerWriting(router, services);
  registerAssignmentRoutes(router, services);
  registerHistoryRoutes(router, services);
  registerCopyRoutes(router, services);
  registerEffectRoutes(router, services);
}

function registerReading(router: Router, { database }: Services): void {
  router.handle(routes.listWorkspaces, async ({ query, caller }) => {
    const scope = caller.access.scopeOf('workspaces.view') ?? new Set();
    const rows = await listWorkspaceRows(database.queries, query, scope);
    return pageOf(rows, query.limit, (row) => row.id, workspaceOf);
  });

  router.handle(routes.getWorkspace, async ({ params }) => {
    const row = await findWorkspaceRow(database.queries, params.workspaceId);
    if (!row) throw fail('NOT_FOUND', { kind: 'workspace', id: params.workspaceId });
    return workspaceOf(row);
  });
}

function registerWriting(router: Router, services: Services): void {
  const { randomBytes, notices } = services;

  router.handle(routes.createWorkspace, async ({ body, caller, change }) => {
    const workspace = await change(
      (transaction) => insertWorkspace(transaction, body, authorshipOf(caller, services), randomBytes),
      (made) => ({
        target: made.name,
        details: { id: made.id, imageId: made.imageId, channel: made.channel },
      }),
    );
    notices.publish({ topic: 'workspace', id: workspace.id });
    return workspace;
  });

  router.handle(routes.changeWorkspace, async ({ params, body, revision, caller, change }) => {
    const authorship = authorshipOf(caller, services);
    const { workspace } = await change(
      (transaction) => updateWorkspace(transaction, params.workspaceId, revision, body, authorship),
      (saved) => ({
        target: saved.workspace.name,
        details: {
          id: saved.workspace.id,
          revision: saved.workspace.revision,
          changes: audited(saved.changes),
        },
      }),
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

function audited(changes: readonly FieldChange[]): string[] {
  return changes.slice(0, auditedChanges).map(describeChange);
}
