import type { Transaction } from '../database/index.ts';

/** Ids a statement names at most: bounded by the variables SQLite and PostgreSQL take. */
const idsAtOnce = 5_000;

/**
 * Makes a user member of exactly those groups of their directory that are known here and named. Memberships of groups
 * from elsewhere stay: an administrator may have put somebody of a directory into a built-in group.
 */
export async function setDirectoryMemberships(
  transaction: Transaction,
  user: { readonly id: string; readonly directoryId: string },
  externalIds: readonly string[],
): Promise<void> {
  const wanted = await knownGroups(transaction, user.directoryId, externalIds);
  const rows = await transaction
    .selectFrom('groupUsers')
    .innerJoin('groups', 'groups.id', 'groupUsers.groupId')
    .select('groups.id')
    .where('groupUsers.userId', '=', user.id)
    .where('groups.directoryId', '=', user.directoryId)
    .execute();
  const present = new Set(rows.map((row) => row.id));
  const left = [...present.difference(wanted)];
  if (left.length > 0) {
    const leaving = transaction.deleteFrom('groupUsers').where('userId', '=', user.id);
    await leaving.where('groupId', 'in', left).execute();
  }
  const joined = [...wanted.difference(present)].map((groupId) => ({ groupId, userId: user.id }));
  if (joined.length > 0) await transaction.insertInto('groupUsers').values(joined).execute();
}

async function knownGroups(
  transaction: Transaction,
  directoryId: string,
  externalIds: readonly string[],
): Promise<Set<string>> {
  const known = new Set<string>();
  for (let start = 0; start < externalIds.length; start += idsAtOnce) {
    const rows = await transaction
      .selectFrom('groups')
      .select('id')
      .where('directoryId', '=', directoryId)
      .where('externalId', 'in', externalIds.slice(start, start + idsAtOnce))
      .execute();
    for (const row of rows) known.add(row.id);
  }
  return known;
}
