import { type ImportResult, routes } from '@carrel/contract';
import type { Database, Transaction } from '../../database/index.ts';
import type { AuditNote, Router } from '../../http/index.ts';
import type { Services } from '../../services.ts';
import { authorshipOf } from '../authorship.ts';
import { requireScope, requireWithin } from '../scope.ts';
import { cloneWorkspace } from './clone-workspace.ts';
import { exportWorkspaces } from './export-workspaces.ts';
import { importWorkspaces } from './import-workspaces.ts';

/** As many workspaces as an audit entry names. */
const auditedNames = 50;

export function registerCopyRoutes(router: Router, services: Services): void {
  const { database, randomBytes, notices } = services;

  router.handle(routes.cloneWorkspace, async ({ params, body, caller, change }) => {
    if (body.withAssignments) requireWithin(caller, 'workspaces.assign', undefined);
    const authorship = authorshipOf(caller, services);
    const workspace = await change(
      (transaction) => cloneWorkspace(transaction, params.workspaceId, body, authorship, randomBytes),
      (made) => ({
        target: made.name,
        details: { id: made.id, clonedFrom: params.workspaceId, withAssignments: body.withAssignments },
      }),
    );
    notices.publish({ topic: 'workspace', id: workspace.id });
    return workspace;
  });

  router.handle(routes.exportWorkspaces, async ({ query, caller }) => {
    const scope = requireScope(caller, 'workspaces.view');
    const ids = query.workspaceIds?.split(',');
    return { workspaces: await exportWorkspaces(database.queries, ids, scope) };
  });

  router.handle(routes.importWorkspaces, async ({ query, body, caller, change }) => {
    const isDryRun = query.dryRun;
    const authorship = authorshipOf(caller, services);
    const rules = {
      randomBytes,
      isDryRun,
      require: (permission: 'workspaces.edit' | 'workspaces.assign', workspaceId: string | undefined) =>
        requireWithin(caller, permission, workspaceId),
    };
    const work = (transaction: Transaction) => importWorkspaces(transaction, body, authorship, rules);
    if (isDryRun) {
      const found = { isDryRun, ...(await withoutKeeping(database, work)) };
      await change(
        () => Promise.resolve(found),
        () => noteOf(found),
      );
      return found;
    }
    const done = await change(
      async (transaction) => ({ isDryRun, ...(await work(transaction)) }),
      (result) => noteOf(result),
    );
    for (const { workspaceId, action } of done.workspaces) {
      if (workspaceId !== null && action !== 'unchanged')
        notices.publish({ topic: 'workspace', id: workspaceId });
    }
    return done;
  });
}

/** Does the work in a transaction that is rolled back, and gives what it found. */
async function withoutKeeping<T>(
  database: Database,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  const rollBack = new Error('the work is not to be kept');
  const found: T[] = [];
  try {
    await database.transaction(async (transaction) => {
      found.push(await work(transaction));
      throw rollBack;
    });
  } catch (error) {
    const [first] = found;
    if (error === rollBack && first !== undefined) return first;
    throw error;
  }
  throw new Error('a transaction was kept that was to be rolled back');
}

function noteOf({ isDryRun, workspaces }: ImportResult): AuditNote {
  const named = (action: ImportResult['workspaces'][number]['action']): string[] =>
    workspaces
      .filter((workspace) => workspace.action === action)
      .slice(0, auditedNames)
      .map((workspace) => workspace.name);
  return {
    target: workspaces.length === 1 ? (workspaces[0]?.name ?? '') : `${workspaces.length} workspaces`,
    details: { isDryRun, created: named('created'), changed: named('changed') },
  };
}
