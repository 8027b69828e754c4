import { fail, routes } from '@carrel/contract';
import {
  type CallerAccess,
  findRole,
  giveRole,
  requireAdministratorLeft,
  requireCovered,
} from '../access/index.ts';
import type { Queries } from '../database/index.ts';
import { pageOf } from '../database/paging.ts';
import type { Router } from '../http/index.ts';
import type { Services } from '../services.ts';
import { endSessionsOf } from '../session/index.ts';
import { findGrant, loadGrants, requirePrincipal, requireWorkspaces } from './grants.ts';
import { accessThrough } from './roles.ts';

export function registerGrantRoutes(router: Router, services: Services): void {
  const { database, clock, randomBytes, notices } = services;

  router.handle(routes.listRoleGrants, async ({ query }) => {
    const rows = await database.queries
      .selectFrom('roleGrants')
      .selectAll()
      .where((where) =>
        where.and([
          ...(query.cursor === undefined ? [] : [where('id', '>', query.cursor)]),
          ...(query.principalId === undefined ? [] : [where('principalId', '=', query.principalId)]),
          ...(query.roleId === undefined ? [] : [where('roleId', '=', query.roleId)]),
        ]),
      )
      .orderBy('id')
      .limit(query.limit + 1)
      .execute();
    const grants = await loadGrants(database.queries, rows);
    return pageOf(
      grants,
      query.limit,
      (grant) => grant.id,
      (grant) => grant,
    );
  });

  router.handle(routes.putRoleGrant, async ({ body, caller, change }) => {
    const { principal, roleId, scope } = body;
    const { queries } = database;
    await requireGrantable(queries, caller.access, roleId, scope.kind === 'all' ? null : scope.workspaceIds);
    await requirePrincipal(queries, principal);
    if (scope.kind === 'workspaces') await requireWorkspaces(queries, scope.workspaceIds);
    const origin = { author: caller.user.userName, nowMs: clock.nowMs(), randomBytes };
    const grant = await change(
      async (transaction) => {
        const id = await giveRole(transaction, { principal, roleId, scope }, origin);
        if (principal.kind === 'user') {
          await endSessionsOf(transaction, principal.id, caller.session.tokenHash);
        }
        // Narrowing the scope of the last one takes the instance from everybody.
        await requireAdministratorLeft(transaction);
        const made = await findGrant(transaction, id);
        if (!made) throw fail('NOT_FOUND', { kind: 'role grant', id });
        return made;
      },
      (made) => ({
        target: made.principalName,
        details: { principal, role: made.roleName, scope: made.scope },
      }),
    );
    if (principal.kind === 'user') notices.publish({ topic: 'user', id: principal.id });
    return grant;
  });

  router.handle(routes.deleteRoleGrant, async ({ params, caller, change }) => {
    const grant = await findGrant(database.queries, params.roleGrantId);
    if (!grant) throw fail('NOT_FOUND', { kind: 'role grant', id: params.roleGrantId });
    const { scope, principal } = grant;
    const workspaceIds = scope.kind === 'all' ? null : scope.workspaceIds;
    await requireGrantable(database.queries, caller.access, grant.roleId, workspaceIds);
    await change(
      async (transaction) => {
        await transaction.deleteFrom('roleGrants').where('id', '=', grant.id).execute();
        if (principal.kind === 'user') {
          await endSessionsOf(transaction, principal.id, caller.session.tokenHash);
        }
        await requireAdministratorLeft(transaction);
      },
      () => ({ target: grant.principalName, details: { principal, role: grant.roleName, scope } }),
    );
    if (principal.kind === 'user') notices.publish({ topic: 'user', id: principal.id });
    return undefined;
  });
}

/**
 * Who gives or takes a role has all of it, for as much.
 *
 * @param workspaceIds `null`: over everything
 * @throws {NOT_FOUND} no such role
 * @throws {PERMISSION_EXCEEDED}
 */
async function requireGrantable(
  queries: Queries,
  access: CallerAccess,
  roleId: string,
  workspaceIds: readonly string[] | null,
): Promise<void> {
  const role = await findRole(queries, roleId);
  if (!role) throw fail('NOT_FOUND', { kind: 'role', id: roleId });
  const scope = workspaceIds === null ? 'all' : new Set(workspaceIds);
  requireCovered(access, accessThrough(role.permissions, scope));
}
