import { fail, type Permission } from '@carrel/contract';
import { type Nesting, withContainingGroups } from '@carrel/directory';
import type { GroupId } from '@carrel/kit';
import type { Queries } from '../database/index.ts';
import { allNestings } from '../groups/groups-of-user.ts';
import type { CallerAccess } from './caller-access.ts';

type Workspaces = ReadonlySet<string>;

/** Ids of the devices that hold a lease for one of the workspaces. */
export function devicesWithin(queries: Queries, workspaces: Workspaces) {
  return queries
    .selectFrom('leases')
    .select('deviceId')
    .distinct()
    .where('workspaceId', 'in', [...workspaces]);
}

/** Ids of the images that one of the workspaces uses. */
export function imagesWithin(queries: Queries, workspaces: Workspaces) {
  return queries
    .selectFrom('workspaces')
    .select('imageId')
    .distinct()
    .where('id', 'in', [...workspaces]);
}

/** Ids of the groups that have an assignment to one of the workspaces, and of those inside them. */
export async function groupsWithin(queries: Queries, workspaces: Workspaces): Promise<string[]> {
  const rows = await queries
    .selectFrom('assignments')
    .select('principalId')
    .distinct()
    .where('principalKind', '=', 'group')
    .where('workspaceId', 'in', [...workspaces])
    .execute();
  if (rows.length === 0) return [];
  const upsideDown: Nesting[] = (await allNestings(queries)).map(({ parent, child }) => ({
    parent: child,
    child: parent,
  }));
  return withContainingGroups(
    rows.map((row) => row.principalId as GroupId),
    upsideDown,
  );
}

/** Ids of the users that have an assignment to one of the workspaces, themselves or by a group. */
export async function usersWithin(queries: Queries, workspaces: Workspaces) {
  const groups = await groupsWithin(queries, workspaces);
  const direct = queries
    .selectFrom('assignments')
    .select('principalId as userId')
    .where('principalKind', '=', 'user')
    .where('workspaceId', 'in', [...workspaces]);
  return groups.length === 0
    ? direct
    : direct.union(queries.selectFrom('groupUsers').select('userId').where('groupId', 'in', groups));
}

/**
 * Before a workspace is given another image: who edits some workspaces only could otherwise read any image through
 * one of theirs.
 *
 * @throws {SCOPE_DENIED} the image is none they may see
 */
export async function requireMayUseImage(
  queries: Queries,
  access: CallerAccess,
  imageId: string,
): Promise<void> {
  if (access.scopeOf('workspaces.edit') === 'all') return;
  const permission = 'images.view';
  const scope = access.scopeOf(permission);
  if (scope === 'all') return;
  const isSeen = scope !== undefined && (await isWithin(queries, permission, scope, 'imageId', imageId));
  if (!isSeen) throw fail('SCOPE_DENIED', { permission });
}

/** The parameters of paths that lie within some scope or not. */
export const scopedParameters = ['workspaceId', 'deviceId', 'imageId', 'userId'] as const;
export type ScopedParameter = (typeof scopedParameters)[number];

/**
 * Whether the thing a path names is within the workspaces that the caller has the permission for. What does not exist
 * is not. Who manages devices must have every workspace the device holds a lease for, because what is done to a
 * device is done to all of them.
 */
export async function isWithin(
  queries: Queries,
  permission: Permission,
  workspaces: Workspaces,
  parameter: ScopedParameter,
  id: string,
): Promise<boolean> {
  switch (parameter) {
    case 'workspaceId':
      return workspaces.has(id);
    case 'deviceId': {
      const held = await leasedBy(queries, id);
      const isInside = (workspaceId: string): boolean => workspaces.has(workspaceId);
      return permission === 'devices.manage' ? held.length > 0 && held.every(isInside) : held.some(isInside);
    }
    case 'imageId': {
      const found = await imagesWithin(queries, workspaces).where('imageId', '=', id).executeTakeFirst();
      return found !== undefined;
    }
    case 'userId': {
      const users = await usersWithin(queries, workspaces);
      const found = await queries
        .selectFrom('users')
        .select('id')
        .where('id', '=', id)
        .where('id', 'in', users)
        .executeTakeFirst();
      return found !== undefined;
    }
  }
}

async function leasedBy(queries: Queries, deviceId: string): Promise<string[]> {
  const rows = await queries
    .selectFrom('leases')
    .select('workspaceId')
    .distinct()
    .where('deviceId', '=', deviceId)
    .execute();
  return rows.map((row) => row.workspaceId);
}
