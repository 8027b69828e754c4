import { fail, type Group } from '@carrel/contract';
import { wouldContainItself } from '@carrel/directory';
import type { GroupId } from '@carrel/kit';
import type { Queries, Transaction } from '../database/index.ts';
import { loadGroup } from './group-rows.ts';
import { allNestings } from './groups-of-user.ts';

export interface GroupMembers {
  readonly userIds: readonly string[];
  readonly groupIds: readonly GroupId[];
}

/** Rows a statement inserts at most: bounded by the variables SQLite and PostgreSQL take. */
const rowsAtOnce = 5_000;

/**
 * Replaces the members of a group.
 *
 * @throws {NOT_FOUND} the group, or a member
 * @throws {KEPT_ELSEWHERE} it is the group of a directory
 * @throws {GROUP_CYCLE}
 */
export async function setMembers(
  transaction: Transaction,
  groupId: GroupId,
  members: GroupMembers,
): Promise<Group> {
  const userIds = [...new Set(members.userIds)];
  const groupIds = [...new Set(members.groupIds)];
  await lockNesting(transaction);
  const group = await loadGroup(transaction, groupId);
  if (!group) throw fail('NOT_FOUND', { kind: 'group', id: groupId });
  if (group.source !== 'built-in') {
    throw fail('KEPT_ELSEWHERE', { kind: 'group', name: group.name, field: 'members' });
  }
  await requireAll(transaction, 'users', 'user', userIds);
  await requireAll(transaction, 'groups', 'group', groupIds);
  if (wouldContainItself(groupId, groupIds, await allNestings(transaction))) {
    throw fail('GROUP_CYCLE', { name: group.name });
  }
  await transaction.deleteFrom('groupUsers').where('groupId', '=', groupId).execute();
  await transaction.deleteFrom('groupGroups').where('parentId', '=', groupId).execute();
  for (const some of batches(userIds)) {
    const rows = some.map((userId) => ({ groupId, userId }));
    await transaction.insertInto('groupUsers').values(rows).execute();
  }
  for (const some of batches(groupIds)) {
    const rows = some.map((childId) => ({ parentId: groupId, childId }));
    await transaction.insertInto('groupGroups').values(rows).execute();
  }
  return { ...group, userIds: userIds as Group['userIds'], groupIds };
}

/** Two changes at once could each be harmless and make a cycle together: one waits for the other. */
async function lockNesting(transaction: Transaction): Promise<void> {
  await transaction
    .insertInto('settings')
    .values({ name: 'group-nesting', valueJson: 'null' })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ valueJson: 'null' }))
    .execute();
}

async function requireAll(
  queries: Queries,
  table: 'users' | 'groups',
  kind: string,
  ids: readonly string[],
): Promise<void> {
  for (const some of batches(ids)) {
    const rows = await queries.selectFrom(table).select('id').where('id', 'in', some).execute();
    const found = new Set(rows.map((row) => row.id));
    const missing = some.find((id) => !found.has(id));
    if (missing !== undefined) throw fail('NOT_FOUND', { kind, id: missing });
  }
}

function* batches<T>(items: readonly T[]): Generator<T[]> {
  for (let start = 0; start < items.length; start += rowsAtOnce) yield items.slice(start, start + rowsAtOnce);
}
