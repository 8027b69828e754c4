import type { User } from '@carrel/contract';
import type { Transaction } from '../database/index.ts';
import { userOf } from './user-rows.ts';

/** Forgets the wrong passwords counted here. What a directory counts itself stays counted there. */
export async function unlockUser(transaction: Transaction, userId: string): Promise<User> {
  const row = await transaction
    .updateTable('users')
    .set({ failedSignIns: 0, lastFailureAt: null, lockedUntil: null })
    .where('id', '=', userId)
    .returningAll()
    .executeTakeFirstOrThrow();
  if (row.directoryId !== null && row.externalId !== null) {
    await transaction
      .deleteFrom('directoryFailures')
      .where('directoryId', '=', row.directoryId)
      .where('externalId', '=', row.externalId)
      .execute();
  }
  return userOf(row);
}
