import { fail, routes } from '@carrel/contract';
import { pageOf } from '../../database/paging.ts';
import type { Router } from '../../http/index.ts';
import type { Services } from '../../services.ts';
import { authorshipOf } from '../authorship.ts';
import { updateWorkspace } from '../save-workspace.ts';
import { historyCursor, listHistory } from './list-history.ts';
import { findRevision } from './revision-rows.ts';

export function registerHistoryRoutes(router: Router, services: Services): void {
  const { database, notices } = services;

  router.handle(routes.listRevisions, async ({ params, query }) => {
    const entries = await listHistory(database.queries, params.workspaceId, query);
    if (entries.length === 0 && query.cursor === undefined) {
      throw fail('NOT_FOUND', { kind: 'workspace', id: params.workspaceId });
    }
    return pageOf(entries, query.limit, historyCursor, (entry) => entry);
  });

  router.handle(routes.getRevision, async ({ params }) => {
    const revision = await findRevision(database.queries, params.workspaceId, params.revision);
    if (!revision) throw noRevision(params.revision);
    return revision;
  });

  router.handle(routes.restoreRevision, async ({ params, revision: basis, caller, change }) => {
    const authorship = authorshipOf(caller, services);
    const { workspace } = await change(
      async (transaction) => {
        const old = await findRevision(transaction, params.workspaceId, params.revision);
        if (!old) throw noRevision(params.revision);
        const { name, description, imageId, channel, policy } = old.content;
        const input = { name, description, imageId, channel, policy };
        const origin = { kind: 'restored' as const, revision: params.revision };
        return updateWorkspace(transaction, params.workspaceId, basis, input, authorship, origin);
      },
      (saved) => ({
        target: saved.workspace.name,
        details: {
          id: params.workspaceId,
          restored: params.revision,
          revision: saved.workspace.revision,
        },
      }),
    );
    notices.publish({ topic: 'workspace', id: workspace.id });
    return workspace;
  });
}

function noRevision(revision: number): Error {
  return fail('NOT_FOUND', { kind: 'revision', id: String(revision) });
}
