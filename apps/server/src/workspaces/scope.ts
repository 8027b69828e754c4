import { fail, type Permission } from '@carrel/contract';
import type { Scope } from '../access/index.ts';
import type { UserCaller } from '../http/index.ts';

/**
 * The workspaces somebody has a permission for.
 *
 * @throws {PERMISSION_DENIED} for none
 */
export function requireScope(caller: UserCaller, permission: Permission): Scope {
  const scope = caller.access.scopeOf(permission);
  if (scope === undefined) throw fail('PERMISSION_DENIED', { permission });
  return scope;
}

/**
 * Judges one workspace that no path names.
 *
 * @param workspaceId `undefined`: one that does not exist yet, for which the permission must be held over everything
 * @throws {PERMISSION_DENIED} somebody has the permission for nothing
 * @throws {SCOPE_DENIED} not for this workspace
 */
export function requireWithin(
  caller: UserCaller,
  permission: Permission,
  workspaceId: string | undefined,
): void {
  const scope = requireScope(caller, permission);
  if (scope === 'all' || (workspaceId !== undefined && scope.has(workspaceId))) return;
  throw fail('SCOPE_DENIED', { permission });
}
