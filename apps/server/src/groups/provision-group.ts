import type { UserSource } from '@carrel/contract';
import { createId } from '@carrel/kit';
import type { Row, Transaction } from '../database/index.ts';
import { contains } from '../database/like.ts';
import { findFreeName } from '../users/free-name.ts';
import { groupNameKey } from './group-rows.ts';

/** A group as a directory or a sign-on provider has it now. */
export interface ProvisionedGroup {
  readonly source: Exclude<UserSource, 'built-in'>;
  readonly directoryId: string;
  readonly externalId: string;
  readonly name: string;
}

/**
 * Makes the row of a group from elsewhere, or brings its name up to date. It is numbered (`Sales~2`) where another
 * group has the name. Users whose directory said before that they are in it are members at once.
 */
export async function provisionGroup(
  transaction: Transaction,
  group: ProvisionedGroup,
  origin: { readonly nowMs: number; readonly randomBytes: (count: number) => Uint8Array },
): Promise<Row<'groups'>> {
  const existing = await transaction
    .selectFrom('groups')
    .selectAll()
    .where('directoryId', '=', group.directoryId)
    .where('externalId', '=', group.externalId)
    .executeTakeFirst();
  const name = await freeNameOf(transaction, group, existing?.id);
  if (existing?.name === name) return existing;
  const names = { name, nameKey: groupNameKey(name) };
  if (existing) {
    const renaming = transaction.updateTable('groups').set(names).where('id', '=', existing.id);
    return renaming.returningAll().executeTakeFirstOrThrow();
  }
  const made = await transaction
    .insertInto('groups')
    .values({
      id: createId<'group'>(origin.nowMs, origin.randomBytes(10)),
      ...names,
      source: group.source,
      directoryId: group.directoryId,
      externalId: group.externalId,
      createdAt: origin.nowMs,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await joinKnownUsers(transaction, made.id, group);
  return made;
}

async function freeNameOf(
  transaction: Transaction,
  group: ProvisionedGroup,
  ownId: string | undefined,
): Promise<string> {
  const wanted = group.name
    .replaceAll(/\p{Cc}/gu, '')
    .trim()
    .slice(0, 100)
    .trim();
  return findFreeName(wanted || group.externalId.slice(0, 100), async (candidate) => {
    const other = await transaction
      .selectFrom('groups')
      .select('id')
      .where('nameKey', '=', groupNameKey(candidate))
      .executeTakeFirst();
    return other === undefined || other.id === ownId;
  });
}

/** In one statement, whatever the number of users. */
async function joinKnownUsers(
  transaction: Transaction,
  groupId: string,
  group: ProvisionedGroup,
): Promise<void> {
  await transaction
    .insertInto('groupUsers')
    .columns(['groupId', 'userId'])
    .expression((from) =>
      from
        .selectFrom('users')
        .select((select) => [select.val(groupId).as('groupId'), 'users.id as userId'])
        .where('directoryId', '=', group.directoryId)
        .where((where) => contains(where.ref('externalGroupsJson'), JSON.stringify(group.externalId))),
    )
    .execute();
}
