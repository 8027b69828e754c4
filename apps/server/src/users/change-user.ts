import { type changeUserSchema, fail, type User } from '@carrel/contract';
import type { z } from 'zod';
import type { DatabaseCapabilities, Row, Transaction } from '../database/index.ts';
import { searchKey, userOf } from './user-rows.ts';

export type UserChange = Omit<z.output<typeof changeUserSchema>, 'password'> & {
  readonly passwordHash?: string | undefined;
};

/**
 * Changes a user. Disabling and a new password end their sessions; a new password also unlocks the account.
 *
 * @throws {NOT_FOUND}
 * @throws {STATE_CONFLICT} nobody would be left to administer the instance
 */
export async function changeUser(
  transaction: Transaction,
  capabilities: DatabaseCapabilities,
  userId: string,
  change: UserChange,
): Promise<User> {
  const administrators = await lockAdministrators(transaction, capabilities);
  const row = await transaction.selectFrom('users').selectAll().where('id', '=', userId).executeTakeFirst();
  if (!row) throw fail('NOT_FOUND', { kind: 'user', id: userId });
  const isLast = administrators.length === 1 && administrators[0] === userId;
  if (isLast && (change.isDisabled === true || change.roles?.includes('administrator') === false)) {
    throw fail('STATE_CONFLICT', { kind: 'user', reason: 'nobody else is administrator' });
  }
  if (change.isDisabled === true || change.passwordHash !== undefined) {
    await transaction.deleteFrom('sessions').where('userId', '=', userId).execute();
  }
  const stored = await transaction
    .updateTable('users')
    .set(columnsOf(row, change))
    .where('id', '=', userId)
    .returningAll()
    .executeTakeFirstOrThrow();
  return userOf(stored);
}

function columnsOf(row: Row<'users'>, change: UserChange): Partial<Row<'users'>> {
  const displayName = change.displayName ?? row.displayName;
  return {
    displayName,
    searchKey: searchKey(row.userName, displayName),
    ...(change.roles ? { rolesJson: JSON.stringify(change.roles) } : {}),
    ...(change.isDisabled === undefined ? {} : { isDisabled: change.isDisabled ? 1 : 0 }),
    ...(change.passwordHash === undefined
      ? {}
      : { passwordHash: change.passwordHash, failedSignIns: 0, lastFailureAt: null, lockedUntil: null }),
  };
}

/** Ids of everybody who can administer; held, so that two changes at once cannot remove the last two. */
async function lockAdministrators(
  transaction: Transaction,
  capabilities: DatabaseCapabilities,
): Promise<string[]> {
  const rows = await transaction
    .selectFrom('users')
    .select('id')
    .where('isDisabled', '=', 0)
    .where('rolesJson', 'like', '%"administrator"%')
    .orderBy('id')
    .$if(capabilities.supportsRowLocks, (select) => select.forUpdate())
    .execute();
  return rows.map((row) => row.id);
}
