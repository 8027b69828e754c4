import type { Permission } from '@carrel/contract';
import type { WorkspaceId } from '@carrel/kit';
import type { Session } from './session-query.ts';

/** Over what somebody wants to do something: the whole instance, at least some workspace, or one. */
export type Over = 'everything' | 'somewhere' | { readonly workspaceId: WorkspaceId };

/** Whether a session allows something over something. The server decides again; this only spares dead ends. */
export function mayDo(
  session: Pick<Session, 'permissions' | 'limitedPermissions'>,
  permission: Permission,
  over: Over,
): boolean {
  if (!session.permissions.includes(permission)) return false;
  const limit = session.limitedPermissions.find((each) => each.permission === permission);
  if (limit === undefined || over === 'somewhere') return true;
  return over !== 'everything' && limit.workspaceIds.includes(over.workspaceId);
}
