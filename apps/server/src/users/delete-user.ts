import type { UserId } from '@carrel/kit';
import { requireAdministratorLeft, takeRolesOf } from '../access/index.ts';
import type { Transaction } from '../database/index.ts';
import { deleteAssignmentsOf } from '../workspaces/index.ts';

/**
 * Deletes a user with their sessions, devices' grants, roles and assignments. Events and the audit log keep their name.
 * Somebody of a directory comes back, with nothing granted to them by name, when they sign in again.
 *
 * @returns the name they had
 * @throws {STATE_CONFLICT} nobody would be left to administer the instance
 */
export async function deleteUser(
  transaction: Transaction,
  userId: UserId,
  authorship: { readonly author: string; readonly nowMs: number },
): Promise<string> {
  await takeRolesOf(transaction, 'user', userId);
  await deleteAssignmentsOf(transaction, { kind: 'user', id: userId }, authorship);
  await transaction.deleteFrom('leases').where('userId', '=', userId).execute();
  const { userName } = await transaction
    .deleteFrom('users')
    .where('id', '=', userId)
    .returning('userName')
    .executeTakeFirstOrThrow();
  await requireAdministratorLeft(transaction);
  return userName;
}
