import type { GroupId, UserId } from '@carrel/kit';
import { createPeople, type People } from '@carrel/policy';
import { inBatches } from '../../database/batches.ts';
import type { Queries } from '../../database/index.ts';
import { allNestings } from '../../groups/groups-of-user.ts';

/** The people who can use anything, and who of them is in these groups at any depth. Other groups look empty. */
export async function loadPeople(queries: Queries, groupIds: readonly GroupId[]): Promise<People> {
  const nestings = await allNestings(queries);
  const childrenOf = Map.groupBy(nestings, (nesting) => nesting.parent);
  const groups = new Set(groupIds);
  // A Set takes in what is added while it is walked.
  for (const group of groups) for (const { child } of childrenOf.get(group) ?? []) groups.add(child);
  const users = await queries
    .selectFrom('users')
    .select(['id', 'userName as name'])
    .where('isDisabled', '=', 0)
    .execute();
  const memberships = await inBatches([...groups], (some) =>
    queries.selectFrom('groupUsers').selectAll().where('groupId', 'in', some).execute(),
  );
  return createPeople({
    users: users.map(({ id, name }) => ({ id: id as UserId, name })),
    memberships: memberships.map(({ groupId, userId }) => ({
      groupId: groupId as GroupId,
      userId: userId as UserId,
    })),
    nestings,
  });
}
