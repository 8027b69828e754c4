import { routes } from '@carrel/contract';
import { requireCovered } from '../access/index.ts';
import type { Router } from '../http/index.ts';
import type { Services } from '../services.ts';
import { accessThrough, deleteRole, insertRole, listRoles, requireOwnRole, updateRole } from './roles.ts';

export function registerRoleRoutes(router: Router, { database, clock, randomBytes }: Services): void {
  router.handle(routes.listRoles, async () => ({ items: await listRoles(database.queries) }));

  router.handle(routes.createRole, async ({ body, caller, change }) => {
    requireCovered(caller.access, accessThrough(body.permissions));
    return change(
      (transaction) => insertRole(transaction, body, { nowMs: clock.nowMs(), randomBytes }),
      (role) => ({ target: role.name, details: { id: role.id, permissions: role.permissions } }),
    );
  });

  router.handle(routes.changeRole, async ({ params, body, caller, change }) => {
    const before = await requireOwnRole(database.queries, params.roleId);
    // What is taken out counts as well: whoever has the role loses it.
    requireCovered(caller.access, accessThrough([...before.permissions, ...body.permissions]));
    return change(
      (transaction) => updateRole(transaction, before.id, body),
      (role) => ({
        target: role.name,
        details: { id: role.id, before: before.permissions, permissions: role.permissions },
      }),
    );
  });

  router.handle(routes.deleteRole, async ({ params, caller, change }) => {
    const role = await requireOwnRole(database.queries, params.roleId);
    requireCovered(caller.access, accessThrough(role.permissions));
    await change(
      (transaction) => deleteRole(transaction, role),
      () => ({ target: role.name, details: { id: role.id } }),
    );
    return undefined;
  });
}
