import { fail } from '@carrel/contract';
import { type Nesting, withContainingGroups } from '@carrel/directory';
import type { GroupId } from '@carrel/kit';
import type { Queries, Transaction } from '../database/index.ts';
import { allNestings } from '../groups/groups-of-user.ts';

/**
 * At the end of a change that could take the instance from everybody: somebody enabled must have the role
 * administrator over everything, themselves or by a group. Such changes wait for each other, so that two at once
 * cannot remove the last two.
 *
 * @throws {STATE_CONFLICT} nobody would be left
 */
export async function requireAdministratorLeft(transaction: Transaction): Promise<void> {
  await transaction
    .insertInto('settings')
    .values({ name: 'administrators', valueJson: 'null' })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ valueJson: 'null' }))
    .execute();
  if (!(await hasAdministrator(transaction))) {
    throw fail('STATE_CONFLICT', { kind: 'administrator', reason: 'nobody else is administrator' });
  }
}

async function hasAdministrator(queries: Queries): Promise<boolean> {
  const grants = await queries
    .selectFrom('roleGrants')
    .select(['principalKind', 'principalId'])
    .where('roleId', '=', 'administrator')
    .where('isOverAll', '=', 1)
    .execute();
  const idsOf = (kind: string): string[] =>
    grants.filter((grant) => grant.principalKind === kind).map((grant) => grant.principalId);
  if (await isAnyEnabled(queries, idsOf('user'))) return true;
  const upsideDown: Nesting[] = (await allNestings(queries)).map(({ parent, child }) => ({
    parent: child,
    child: parent,
  }));
  const groups = withContainingGroups(idsOf('group') as GroupId[], upsideDown);
  if (groups.length === 0) return false;
  const member = await queries
    .selectFrom('groupUsers')
    .innerJoin('users', 'users.id', 'groupUsers.userId')
    .select('users.id')
    .where('groupUsers.groupId', 'in', groups)
    .where('users.isDisabled', '=', 0)
    .limit(1)
    .executeTakeFirst();
  return member !== undefined;
}

async function isAnyEnabled(queries: Queries, userIds: readonly string[]): Promise<boolean> {
  if (userIds.length === 0) return false;
  const row = await queries
    .selectFrom('users')
    .select('id')
    .where('id', 'in', userIds)
    .where('isDisabled', '=', 0)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
