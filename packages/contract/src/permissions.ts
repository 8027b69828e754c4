import { z } from 'zod';

/** What an administrator may do. Every route that changes or shows something names one. */
export const permissions = [
  'images.view',
  'images.publish',
  'workspaces.view',
  'workspaces.edit',
  'workspaces.assign',
  'devices.view',
  'devices.manage',
  'users.view',
  'users.manage',
  'reports.run',
  /** Deployment plans of the planner. */
  'plans.view',
  'plans.edit',
  'tasks.view',
  'audit.view',
  'administrators.view',
  'administrators.manage',
  /** Where people come from: directories and sign-in providers. Equals administering: it decides who is who. */
  'directories.manage',
  /** Settings, secrets and keys of the instance. */
  'instance.view',
  'instance.manage',
] as const;
export const permissionSchema = z.enum(permissions);
export type Permission = z.infer<typeof permissionSchema>;

/**
 * Permissions that can hold for some workspaces only; docs/administrators.md says what each then reaches. The others
 * concern the whole instance: a role granted over some workspaces does not give them.
 */
export const workspacePermissions = [
  'images.view',
  'workspaces.view',
  'workspaces.edit',
  'workspaces.assign',
  'devices.view',
  'devices.manage',
  'users.view',
  'reports.run',
] as const satisfies readonly Permission[];

const viewing: readonly Permission[] = [
  'images.view',
  'workspaces.view',
  'devices.view',
  'users.view',
  'reports.run',
  'plans.view',
  'tasks.view',
];

/** The template roles, which cannot be changed. */
export const roles = {
  administrator: permissions,
  'image-engineer': ['images.view', 'images.publish', 'workspaces.view', 'tasks.view'],
  'help-desk': [...viewing, 'devices.manage'],
  auditor: [...viewing, 'audit.view', 'administrators.view', 'instance.view'],
  'read-only': viewing,
} as const satisfies Record<string, readonly Permission[]>;

export type RoleName = keyof typeof roles;
export const roleNameSchema = z.enum(Object.keys(roles) as [RoleName, ...RoleName[]]);

/** The union of what the template roles allow. */
export function permissionsOf(roleNames: readonly RoleName[]): ReadonlySet<Permission> {
  return new Set(roleNames.flatMap((name): readonly Permission[] => roles[name]));
}
