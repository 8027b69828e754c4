import type { UserSource } from '@carrel/contract';
import { createId } from '@carrel/kit';
import type { NewRow, Row, Transaction } from '../database/index.ts';
import { provisionGroup } from '../groups/provision-group.ts';
import { setDirectoryMemberships } from '../groups/set-directory-memberships.ts';
import { findFreeName } from './free-name.ts';
import { nameKey, searchKey } from './user-rows.ts';

/** Somebody as a directory or a sign-on provider knows them now. */
export interface ProvisionedUser {
  readonly source: Exclude<UserSource, 'built-in'>;
  readonly directoryId: string;
  /** What stays when they are renamed; two users of a directory never share one. */
  readonly externalId: string;
  readonly userName: string;
  readonly displayName: string;
  /** All the groups they are in, nested ones included. */
  readonly groups: readonly { readonly externalId: string; readonly name: string }[];
  /**
   * Groups of other directories that they are in, by directory and external id. Of directories that are not named, what
   * is known stays.
   */
  readonly groupsElsewhere?: ReadonlyMap<string, readonly string[]>;
  readonly isDisabled: boolean;
}

export interface Origin {
  readonly nowMs: number;
  readonly randomBytes: (count: number) => Uint8Array;
}

/**
 * Makes the row of somebody from elsewhere, or brings it up to date: name, groups, and whether they are disabled there.
 * Who was disabled by an administrator here stays so; who is disabled now loses their sessions. Their name gets a
 * number (`ada~2`) where another user has it, so that nobody comes to an account by being called like it. Groups of
 * `ldap` are joined where they are known here; those of `oidc` are made, because nobody can search for them.
 */
export async function provisionUser(
  transaction: Transaction,
  user: ProvisionedUser,
  origin: Origin,
): Promise<Row<'users'>> {
  const existing = await transaction
    .selectFrom('users')
    .selectAll()
    .where('directoryId', '=', user.directoryId)
    .where('externalId', '=', user.externalId)
    .executeTakeFirst();
  const names = await namesOf(transaction, user, existing?.id);
  const row = existing
    ? await update(transaction, existing, { ...names, ...standingOf(existing, user) }, user, origin)
    : await insert(transaction, names, user, origin);
  if (row.isDisabled === 1) await transaction.deleteFrom('sessions').where('userId', '=', row.id).execute();
  if (user.source === 'oidc') {
    for (const group of user.groups)
      await provisionGroup(transaction, { ...group, ...placeOf(user) }, origin);
  }
  await setDirectoryMemberships(
    transaction,
    { id: row.id, directoryId: user.directoryId },
    user.groups.map((group) => group.externalId),
  );
  for (const [directoryId, externalIds] of user.groupsElsewhere ?? []) {
    await setDirectoryMemberships(transaction, { id: row.id, directoryId }, externalIds);
  }
  return row;
}

async function namesOf(transaction: Transaction, user: ProvisionedUser, ownId: string | undefined) {
  const wanted = writable(user.userName).replaceAll(/\s+/gu, '_').slice(0, 100) || user.externalId;
  const userName = await findFreeName(wanted, async (candidate) => {
    const other = await transaction
      .selectFrom('users')
      .select('id')
      .where('userNameKey', '=', nameKey(candidate))
      .executeTakeFirst();
    return other === undefined || other.id === ownId;
  });
  const displayName = writable(user.displayName).slice(0, 100).trim() || userName.slice(0, 100);
  return {
    userName,
    userNameKey: nameKey(userName),
    displayName,
    searchKey: searchKey(userName, displayName),
  };
}

function standingOf(
  existing: Row<'users'>,
  user: ProvisionedUser,
): Pick<Row<'users'>, 'isDisabled' | 'disabledBy'> {
  if (existing.disabledBy === 'administrator') return { isDisabled: 1, disabledBy: 'administrator' };
  return user.isDisabled ? { isDisabled: 1, disabledBy: 'directory' } : { isDisabled: 0, disabledBy: null };
}

function update(
  transaction: Transaction,
  existing: Row<'users'>,
  change: Partial<Row<'users'>>,
  user: ProvisionedUser,
  origin: Origin,
): Promise<Row<'users'>> {
  return transaction
    .updateTable('users')
    .set({ ...change, confirmedAt: origin.nowMs, externalGroupsJson: groupsJson(user) })
    .where('id', '=', existing.id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

function insert(
  transaction: Transaction,
  names: Pick<Row<'users'>, 'userName' | 'userNameKey' | 'displayName' | 'searchKey'>,
  user: ProvisionedUser,
  origin: Origin,
): Promise<Row<'users'>> {
  const row: NewRow<'users'> = {
    id: createId<'user'>(origin.nowMs, origin.randomBytes(10)),
    ...names,
    ...placeOf(user),
    externalId: user.externalId,
    // Their password is kept elsewhere; no password is this hash's.
    passwordHash: '',
    isDisabled: user.isDisabled ? 1 : 0,
    disabledBy: user.isDisabled ? 'directory' : null,
    failedSignIns: 0,
    createdAt: origin.nowMs,
    confirmedAt: origin.nowMs,
    externalGroupsJson: groupsJson(user),
  };
  return transaction.insertInto('users').values(row).returningAll().executeTakeFirstOrThrow();
}

function placeOf({ source, directoryId }: ProvisionedUser) {
  return { source, directoryId };
}

function groupsJson(user: ProvisionedUser): string {
  return JSON.stringify(user.groups.map((group) => group.externalId));
}

/** Names come from outside: what cannot be shown in a line is left out. */
function writable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '').trim();
}
