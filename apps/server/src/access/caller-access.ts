import { type Permission, workspacePermissions } from '@carrel/contract';
import type { WorkspaceId } from '@carrel/kit';

/** For what a permission is held: everything, or some workspaces (never none). */
export type Scope = 'all' | ReadonlySet<string>;

/** What somebody may do, and for which workspaces. */
export interface CallerAccess {
  /** Names of the roles it comes from. */
  readonly roleNames: readonly string[];
  /** Everything held somewhere. */
  readonly permissions: ReadonlySet<Permission>;
  /** The workspaces a permission is held for; `undefined` when it is not held at all. */
  scopeOf(permission: Permission): Scope | undefined;
}

/** A role as it was given to somebody. */
export interface HeldRole {
  readonly name: string;
  readonly permissions: readonly Permission[];
  /** May be of no workspaces, and then gives nothing. */
  readonly scope: Scope;
}

const limitable: ReadonlySet<Permission> = new Set(workspacePermissions);

/** The union of the roles. What concerns the whole instance comes only from roles held over everything. */
export function createAccess(held: readonly HeldRole[]): CallerAccess {
  const scopes = new Map<Permission, Scope>();
  for (const { permissions, scope } of held) {
    if (scope !== 'all' && scope.size === 0) continue;
    for (const permission of permissions) {
      if (scope === 'all' || limitable.has(permission)) {
        scopes.set(permission, unionOf(scopes.get(permission), scope));
      }
    }
  }
  return accessOf([...new Set(held.map(({ name }) => name))], scopes);
}

/**
 * Part of an access, as for a token that may do less than its user.
 *
 * @param limits permissions it keeps, and the workspaces it is confined to; `null`: all the access has. Confined, it
 *   keeps nothing that concerns the whole instance.
 */
export function restrictAccess(
  access: CallerAccess,
  limits: { readonly permissions: readonly Permission[]; readonly workspaceIds: readonly string[] | null },
): CallerAccess {
  const confinement: Scope = limits.workspaceIds === null ? 'all' : new Set(limits.workspaceIds);
  const scopes = new Map<Permission, Scope>();
  for (const permission of limits.permissions) {
    const held = access.scopeOf(permission);
    if (held === undefined || (confinement !== 'all' && !limitable.has(permission))) continue;
    const scope = intersectionOf(held, confinement);
    if (scope === 'all' || scope.size > 0) scopes.set(permission, scope);
  }
  return accessOf(access.roleNames, scopes);
}

/** The first permission of `inner` that `outer` does not hold for as much; `undefined` when it holds them all. */
export function findExceeding(outer: CallerAccess, inner: CallerAccess): Permission | undefined {
  return [...inner.permissions].find((permission) => {
    const [mine, wanted] = [outer.scopeOf(permission), inner.scopeOf(permission)];
    if (mine === 'all' || wanted === undefined) return false;
    return mine === undefined || wanted === 'all' || !wanted.isSubsetOf(mine);
  });
}

/** An access as a session tells it to its person. */
export function describeAccess(access: CallerAccess): {
  roles: string[];
  permissions: Permission[];
  limitedPermissions: { permission: Permission; workspaceIds: WorkspaceId[] }[];
} {
  const permissions = [...access.permissions];
  return {
    roles: [...access.roleNames],
    permissions,
    limitedPermissions: permissions.flatMap((permission) => {
      const scope = access.scopeOf(permission);
      return scope === undefined || scope === 'all'
        ? []
        : [{ permission, workspaceIds: [...scope] as WorkspaceId[] }];
    }),
  };
}

function accessOf(roleNames: readonly string[], scopes: ReadonlyMap<Permission, Scope>): CallerAccess {
  return {
    roleNames,
    permissions: new Set(scopes.keys()),
    scopeOf: (permission) => scopes.get(permission),
  };
}

function unionOf(one: Scope | undefined, other: Scope): Scope {
  if (one === undefined) return other;
  return one === 'all' || other === 'all' ? 'all' : one.union(other);
}

function intersectionOf(one: Scope, other: Scope): Scope {
  if (one === 'all') return other;
  return other === 'all' ? one : one.intersection(other);
}
