import { fail, type Principal, principalSchema, type RoleGrant } from '@carrel/contract';
import type { Id, WorkspaceId } from '@carrel/kit';
import { findRole } from '../access/index.ts';
import type { Queries, Row } from '../database/index.ts';
import { isoTime } from '../database/values.ts';

/** The grants of these rows with the names of whom and what they are about, in the same order. */
export async function loadGrants(queries: Queries, rows: readonly Row<'roleGrants'>[]): Promise<RoleGrant[]> {
  if (rows.length === 0) return [];
  const names = await namesOf(queries, rows);
  const workspaces = await queries
    .selectFrom('roleGrantWorkspaces')
    .selectAll()
    .where(
      'roleGrantId',
      'in',
      rows.map((row) => row.id),
    )
    .execute();
  const workspacesOf = Map.groupBy(workspaces, (row) => row.roleGrantId);
  const roleNames = new Map<string, string>();
  for (const { roleId } of rows) {
    if (!roleNames.has(roleId)) roleNames.set(roleId, (await findRole(queries, roleId))?.name ?? roleId);
  }
  return rows.map((row) => ({
    id: row.id as Id<'role-grant'>,
    principal: principalSchema.parse({ kind: row.principalKind, id: row.principalId }),
    principalName: names.get(row.principalId) ?? row.principalId,
    roleId: row.roleId,
    roleName: roleNames.get(row.roleId) ?? row.roleId,
    scope:
      row.isOverAll === 1
        ? { kind: 'all' }
        : {
            kind: 'workspaces',
            workspaceIds: (workspacesOf.get(row.id) ?? []).map((other) => other.workspaceId as WorkspaceId),
          },
    createdAt: isoTime(row.createdAt),
    createdBy: row.createdBy,
  }));
}

export async function findGrant(queries: Queries, grantId: string): Promise<RoleGrant | undefined> {
  const rows = await queries.selectFrom('roleGrants').selectAll().where('id', '=', grantId).execute();
  return (await loadGrants(queries, rows))[0];
}

/** @throws {NOT_FOUND} */
export async function requirePrincipal(queries: Queries, { kind, id }: Principal): Promise<void> {
  const table = kind === 'user' ? 'users' : 'groups';
  const row = await queries.selectFrom(table).select('id').where('id', '=', id).executeTakeFirst();
  if (!row) throw fail('NOT_FOUND', { kind, id });
}

/** @throws {NOT_FOUND} naming the first that is not there */
export async function requireWorkspaces(queries: Queries, workspaceIds: readonly string[]): Promise<void> {
  const rows = await queries
    .selectFrom('workspaces')
    .select('id')
    .where('id', 'in', [...workspaceIds])
    .execute();
  const known = new Set(rows.map((row) => row.id));
  const missing = workspaceIds.find((id) => !known.has(id));
  if (missing !== undefined) throw fail('NOT_FOUND', { kind: 'workspace', id: missing });
}

async function namesOf(
  queries: Queries,
  rows: readonly Row<'roleGrants'>[],
): Promise<ReadonlyMap<string, string>> {
  const idsOf = (kind: Principal['kind']): string[] =>
    rows.filter((row) => row.principalKind === kind).map((row) => row.principalId);
  const [userIds, groupIds] = [idsOf('user'), idsOf('group')];
  const names = new Map<string, string>();
  if (userIds.length > 0) {
    const users = queries.selectFrom('users').select(['id', 'userName']);
    for (const row of await users.where('id', 'in', userIds).execute()) names.set(row.id, row.userName);
  }
  if (groupIds.length > 0) {
    const groups = queries.selectFrom('groups').select(['id', 'name']);
    for (const row of await groups.where('id', 'in', groupIds).execute()) names.set(row.id, row.name);
  }
  return names;
}
