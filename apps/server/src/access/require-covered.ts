import { fail } from '@carrel/contract';
import type { GroupId } from '@carrel/kit';
import type { Queries } from '../database/index.ts';
import { type CallerAccess, findExceeding } from './caller-access.ts';
import { loadAccess, loadGroupAccess } from './load-access.ts';

/**
 * Nobody decides about more than they have: not by granting it, nor by the account, the group or the token of
 * somebody who has it.
 *
 * @throws {PERMISSION_EXCEEDED}
 */
export function requireCovered(caller: CallerAccess, wanted: CallerAccess): void {
  const permission = findExceeding(caller, wanted);
  if (permission !== undefined) throw fail('PERMISSION_EXCEEDED', { permission });
}

/**
 * Before somebody's password, state or membership is changed.
 *
 * @throws {PERMISSION_EXCEEDED} the user may do more than the caller
 */
export async function requireMayDecideForUser(
  queries: Queries,
  caller: CallerAccess,
  userId: string,
): Promise<void> {
  requireCovered(caller, await loadAccess(queries, userId));
}

/**
 * Before somebody is put into a group, or it is removed.
 *
 * @throws {PERMISSION_EXCEEDED} the group gives more than the caller has
 */
export async function requireMayDecideForGroup(
  queries: Queries,
  caller: CallerAccess,
  groupId: GroupId,
): Promise<void> {
  requireCovered(caller, await loadGroupAccess(queries, groupId));
}
