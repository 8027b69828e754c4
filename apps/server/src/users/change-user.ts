import { type changeUserSchema, fail, type User } from '@carrel/contract';
import type { z } from 'zod';
import { requireAdministratorLeft } from '../access/index.ts';
import type { Row, Transaction } from '../database/index.ts';
import { searchKey, userOf } from './user-rows.ts';

export type UserChange = Omit<z.output<typeof changeUserSchema>, 'password'> & {
  readonly passwordHash?: string | undefined;
};

/**
 * Changes a user. Disabling and a new password end their sessions; a new password also unlocks the account.
 *
 * @throws {NOT_FOUND}
 * @throws {KEPT_ELSEWHERE}
 * @throws {STATE_CONFLICT} nobody would be left to administer the instance
 */
export async function changeUser(
  transaction: Transaction,
  userId: string,
  change: UserChange,
): Promise<User> {
  const row = await transaction.selectFrom('users').selectAll().where('id', '=', userId).executeTakeFirst();
  if (!row) throw fail('NOT_FOUND', { kind: 'user', id: userId });
  refuseForeign(row, change);
  if (change.isDisabled === true || change.passwordHash !== undefined) {
    await transaction.deleteFrom('sessions').where('userId', '=', userId).execute();
  }
  const stored = await transaction
    .updateTable('users')
    .set(columnsOf(row, change))
    .where('id', '=', userId)
    .returningAll()
    .executeTakeFirstOrThrow();
  if (change.isDisabled === true) await requireAdministratorLeft(transaction);
  return userOf(stored);
}

/** @throws {KEPT_ELSEWHERE} what is to be changed belongs to a directory */
function refuseForeign(row: Row<'users'>, change: UserChange): void {
  if (row.source === 'built-in') return;
  const fields = [
    ['display name', change.displayName],
    ['password', change.passwordHash ?? change.mustChangePassword],
  ] as const;
  const field = fields.find(([, value]) => value !== undefined)?.[0];
  if (field !== undefined) throw fail('KEPT_ELSEWHERE', { kind: 'user', name: row.userName, field });
}

function columnsOf(row: Row<'users'>, change: UserChange): Partial<Row<'users'>> {
  const displayName = change.displayName ?? row.displayName;
  return {
    displayName,
    searchKey: searchKey(row.userName, displayName),
    ...(change.isDisabled === undefined
      ? {}
      : { isDisabled: change.isDisabled ? 1 : 0, disabledBy: change.isDisabled ? 'administrator' : null }),
    ...(change.mustChangePassword === undefined
      ? {}
      : { mustChangePassword: change.mustChangePassword ? 1 : 0 }),
    ...(change.passwordHash === undefined
      ? {}
      : { passwordHash: change.passwordHash, failedSignIns: 0, lastFailureAt: null, lockedUntil: null }),
  };
}
