import { type Permission, permissionSchema, roles } from '@carrel/contract';
import { withContainingGroups } from '@carrel/directory';
import type { GroupId } from '@carrel/kit';
import { z } from 'zod';
import type { Queries } from '../database/index.ts';
import { parseJson } from '../database/values.ts';
import { allNestings, groupsOfUser } from '../groups/groups-of-user.ts';
import { type CallerAccess, createAccess, type HeldRole } from './caller-access.ts';

/** What a user may do now, by the roles given to them and to the groups they are in. */
export async function loadAccess(queries: Queries, userId: string): Promise<CallerAccess> {
  const grants = await grantsQuery(queries)
    .where((where) =>
      where.or([
        where.and([where('principalKind', '=', 'user'), where('principalId', '=', userId)]),
        where('principalKind', '=', 'group'),
      ]),
    )
    .execute();
  const isForGroups = grants.some((grant) => grant.principalKind === 'group');
  const groups: ReadonlySet<string> = new Set(isForGroups ? await groupsOfUser(queries, userId) : []);
  const held = grants.filter((grant) => grant.principalKind === 'user' || groups.has(grant.principalId));
  return createAccess(await rolesOf(queries, held));
}

/** What being in a group gives, by its own roles and those of the groups that contain it. */
export async function loadGroupAccess(queries: Queries, groupId: GroupId): Promise<CallerAccess> {
  const groups = withContainingGroups([groupId], await allNestings(queries));
  const grants = await grantsQuery(queries)
    .where('principalKind', '=', 'group')
    .where('principalId', 'in', groups)
    .execute();
  return createAccess(await rolesOf(queries, grants));
}

/** A role by its id; `undefined` when there is none. */
export async function findRole(
  queries: Queries,
  roleId: string,
): Promise<{ name: string; permissions: readonly Permission[] } | undefined> {
  const template = templateOf(roleId);
  if (template) return { name: roleId, permissions: template };
  const row = await queries.selectFrom('roles').selectAll().where('id', '=', roleId).executeTakeFirst();
  return row && { name: row.name, permissions: parseJson(permissionsSchema, row.permissionsJson) };
}

/** The permissions of a template role; `undefined` for other ids. */
export function templateOf(roleId: string): readonly Permission[] | undefined {
  return new Map<string, readonly Permission[]>(Object.entries(roles)).get(roleId);
}

const permissionsSchema = z.array(permissionSchema);

type GrantRow = Awaited<ReturnType<ReturnType<typeof grantsQuery>['execute']>>[number];

function grantsQuery(queries: Queries) {
  return queries
    .selectFrom('roleGrants')
    .leftJoin('roles', 'roles.id', 'roleGrants.roleId')
    .select([
      'roleGrants.id',
      'roleGrants.principalKind',
      'roleGrants.principalId',
      'roleGrants.roleId',
      'roleGrants.isOverAll',
      'roles.name',
      'roles.permissionsJson',
    ]);
}

async function rolesOf(queries: Queries, grants: readonly GrantRow[]): Promise<HeldRole[]> {
  const limited = grants.filter((grant) => grant.isOverAll === 0).map((grant) => grant.id);
  const rows =
    limited.length === 0
      ? []
      : await queries
          .selectFrom('roleGrantWorkspaces')
          .selectAll()
          .where('roleGrantId', 'in', limited)
          .execute();
  const workspacesOf = Map.groupBy(rows, (row) => row.roleGrantId);
  return grants.flatMap((grant): HeldRole[] => {
    const permissions =
      templateOf(grant.roleId) ??
      (grant.permissionsJson === null ? undefined : parseJson(permissionsSchema, grant.permissionsJson));
    if (!permissions) return [];
    const workspaceIds = (workspacesOf.get(grant.id) ?? []).map((row) => row.workspaceId);
    const scope = grant.isOverAll === 1 ? 'all' : new Set(workspaceIds);
    return [{ name: grant.name ?? grant.roleId, permissions, scope }];
  });
}
