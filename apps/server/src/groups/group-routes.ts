import { fail, routes } from '@carrel/contract';
import { createId, type GroupId } from '@carrel/kit';
import {
  groupsWithin,
  requireAdministratorLeft,
  requireMayDecideForGroup,
  takeRolesOf,
} from '../access/index.ts';
import { isUniqueViolation, type Queries, type Transaction } from '../database/index.ts';
import { invalidCursor, pageOf } from '../database/paging.ts';
import { isoTime } from '../database/values.ts';
import type { Router } from '../http/index.ts';
import type { Services } from '../services.ts';
import { deleteAssignmentsOf } from '../workspaces/index.ts';
import { findGroupRow, groupNameKey, loadGroups } from './group-rows.ts';
import { setMembers } from './set-members.ts';

export function registerGroupRoutes(router: Router, services: Services): void {
  const { database, clock, randomBytes } = services;

  router.handle(routes.listGroups, async ({ query, caller, scope }) => {
    const after = query.cursor === undefined ? undefined : await nameAt(database.queries, query.cursor);
    // Who assigns must be able to find any group, if they know the name.
    const isLookUp = query.name !== undefined && caller.access.permissions.has('workspaces.assign');
    const within = scope === 'all' || isLookUp ? undefined : await groupsWithin(database.queries, scope);
    const rows = await database.queries
      .selectFrom('groups')
      .selectAll()
      .where((where) =>
        where.and([
          ...(within === undefined ? [] : [where('id', 'in', within.length === 0 ? [''] : within)]),
          ...(query.name === undefined ? [] : [where('nameKey', '=', groupNameKey(query.name))]),
          ...(after === undefined ? [] : [where('nameKey', '>', after)]),
        ]),
      )
      .orderBy('nameKey')
      .limit(query.limit + 1)
      .execute();
    const groups = await loadGroups(database.queries, rows);
    return pageOf(
      groups,
      query.limit,
      (group) => group.id,
      (group) => group,
    );
  });

  router.handle(routes.createGroup, async ({ body, change }) => {
    const row = {
      id: createId<'group'>(clock.nowMs(), randomBytes(10)),
      name: body.name,
      nameKey: groupNameKey(body.name),
      createdAt: clock.nowMs(),
    };
    await change(
      (transaction) => insertGroup(transaction, row),
      () => ({ target: row.name, details: { id: row.id } }),
    );
    return {
      id: row.id,
      name: row.name,
      source: 'built-in' as const,
      directoryId: null,
      createdAt: isoTime(row.createdAt),
      userIds: [],
      groupIds: [],
    };
  });

  router.handle(routes.setGroupMembers, async ({ params, body, caller, change }) => {
    await requireMayDecideForGroup(database.queries, caller.access, params.groupId);
    return change(
      async (transaction) => {
        const group = await setMembers(transaction, params.groupId, body);
        await requireAdministratorLeft(transaction);
        return group;
      },
      (group) => ({
        target: group.name,
        details: { users: group.userIds.length, groups: group.groupIds.length },
      }),
    );
  });

  router.handle(routes.deleteGroup, async ({ params, caller, change }) => {
    await requireMayDecideForGroup(database.queries, caller.access, params.groupId);
    const authorship = { author: caller.user.userName, nowMs: clock.nowMs() };
    await change(
      (transaction) => deleteGroup(transaction, params.groupId, authorship),
      (name) => ({ target: name, details: { id: params.groupId } }),
    );
    return undefined;
  });
}

async function insertGroup(
  transaction: Transaction,
  row: { id: string; name: string; nameKey: string; createdAt: number },
): Promise<void> {
  try {
    await transaction.insertInto('groups').values(row).execute();
  } catch (error) {
    if (isUniqueViolation(error)) throw fail('NAME_TAKEN', { kind: 'group', name: row.name }, error);
    throw error;
  }
}

/** @returns the name it had */
async function deleteGroup(
  transaction: Transaction,
  groupId: GroupId,
  authorship: { readonly author: string; readonly nowMs: number },
): Promise<string> {
  const row = await findGroupRow(transaction, groupId);
  if (!row) throw fail('NOT_FOUND', { kind: 'group', id: groupId });
  await deleteAssignmentsOf(transaction, { kind: 'group', id: groupId }, authorship);
  await takeRolesOf(transaction, 'group', groupId);
  await transaction.deleteFrom('groups').where('id', '=', groupId).execute();
  await requireAdministratorLeft(transaction);
  return row.name;
}

/** @throws {REQUEST_INVALID} the cursor names no group */
async function nameAt(queries: Queries, cursor: string): Promise<string> {
  const row = await findGroupRow(queries, cursor);
  if (!row) throw invalidCursor();
  return row.nameKey;
}
