import { type Nesting, withContainingGroups } from '@carrel/directory';
import type { GroupId } from '@carrel/kit';
import type { Queries } from '../database/index.ts';

/** Every group the user is in, nested ones included. */
export async function groupsOfUser(queries: Queries, userId: string): Promise<GroupId[]> {
  const direct = await queries
    .selectFrom('groupUsers')
    .select('groupId')
    .where('userId', '=', userId)
    .execute();
  if (direct.length === 0) return [];
  const nestings = await allNestings(queries);
  return withContainingGroups(
    direct.map((row) => row.groupId as GroupId),
    nestings,
  );
}

export async function allNestings(queries: Queries): Promise<Nesting[]> {
  const rows = await queries.selectFrom('groupGroups').selectAll().execute();
  return rows.map((row) => ({ parent: row.parentId as GroupId, child: row.childId as GroupId }));
}
