import type { Principal, RoleGrant, RoleScope } from '@carrel/contract';
import { createId, type Id } from '@carrel/kit';
import type { Queries, Transaction } from '../database/index.ts';

/** A role to be given. */
export interface NewRoleGrant {
  readonly principal: { readonly kind: Principal['kind']; readonly id: string };
  readonly roleId: string;
  readonly scope: RoleScope;
}

/** Who gives it, and when. */
export interface GrantOrigin {
  readonly author: string;
  readonly nowMs: number;
  readonly randomBytes: (count: number) => Uint8Array;
}

/** Gives a role; the scope it was given over before is replaced. Whether that is allowed is up to the caller. */
export async function giveRole(
  transaction: Transaction,
  { principal, roleId, scope }: NewRoleGrant,
  { author, nowMs, randomBytes }: GrantOrigin,
): Promise<RoleGrant['id']> {
  const content = { isOverAll: scope.kind === 'all' ? 1 : 0, createdAt: nowMs, createdBy: author };
  const { id } = await transaction
    .insertInto('roleGrants')
    .values({
      id: createId<'role-grant'>(nowMs, randomBytes(10)),
      principalKind: principal.kind,
      principalId: principal.id,
      roleId,
      ...content,
    })
    .onConflict((conflict) =>
      conflict.columns(['principalKind', 'principalId', 'roleId']).doUpdateSet(content),
    )
    .returning('id')
    .executeTakeFirstOrThrow();
  await transaction.deleteFrom('roleGrantWorkspaces').where('roleGrantId', '=', id).execute();
  if (scope.kind === 'workspaces') {
    const rows = [...new Set(scope.workspaceIds)].map((workspaceId) => ({ roleGrantId: id, workspaceId }));
    await transaction.insertInto('roleGrantWorkspaces').values(rows).execute();
  }
  return id as Id<'role-grant'>;
}

/** Takes every role from a user or group that is being deleted. */
export async function takeRolesOf(
  queries: Queries,
  principalKind: Principal['kind'],
  principalId: string,
): Promise<void> {
  await queries
    .deleteFrom('roleGrants')
    .where('principalKind', '=', principalKind)
    .where('principalId', '=', principalId)
    .execute();
}
