import { type Group, userSourceSchema } from '@carrel/contract';
import type { GroupId, UserId } from '@carrel/kit';
import type { Queries, Row } from '../database/index.ts';
import { isoTime } from '../database/values.ts';

export async function findGroupRow(queries: Queries, groupId: string): Promise<Row<'groups'> | undefined> {
  return queries.selectFrom('groups').selectAll().where('id', '=', groupId).executeTakeFirst();
}

/** What makes two group names the same. */
export function groupNameKey(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}

/** The groups of these rows with their direct members, in the same order. */
export async function loadGroups(queries: Queries, rows: readonly Row<'groups'>[]): Promise<Group[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const users = await queries.selectFrom('groupUsers').selectAll().where('groupId', 'in', ids).execute();
  const groups = await queries.selectFrom('groupGroups').selectAll().where('parentId', 'in', ids).execute();
  const usersOf = Map.groupBy(users, (row) => row.groupId);
  const groupsOf = Map.groupBy(groups, (row) => row.parentId);
  return rows.map((row) => ({
    id: row.id as GroupId,
    name: row.name,
    source: userSourceSchema.parse(row.source),
    directoryId: row.directoryId,
    createdAt: isoTime(row.createdAt),
    userIds: (usersOf.get(row.id) ?? []).map((member) => member.userId as UserId),
    groupIds: (groupsOf.get(row.id) ?? []).map((member) => member.childId as GroupId),
  }));
}

/** @returns the group as it stands, or `undefined` */
export async function loadGroup(queries: Queries, groupId: string): Promise<Group | undefined> {
  const row = await findGroupRow(queries, groupId);
  return row ? (await loadGroups(queries, [row]))[0] : undefined;
}
