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
  'tasks.view',
  'audit.view',
] as const;
export const permissionSchema = z.enum(permissions);
export type Permission = z.infer<typeof permissionSchema>;

const viewing: readonly Permission[] = [
  'images.view',
  'workspaces.view',
  'devices.view',
  'users.view',
  'reports.run',
  'tasks.view',
];

/** The template roles. */
export const roles = {
  administrator: permissions,
  'image-engineer': ['images.view', 'images.publish', 'workspaces.view', 'tasks.view'],
  'help-desk': [...viewing, 'devices.manage'],
  auditor: [...viewing, 'audit.view'],
  'read-only': viewing,
} as const satisfies Record<string, readonly Permission[]>;

export type RoleName = keyof typeof roles;
export const roleNameSchema = z.enum(Object.keys(roles) as [RoleName, ...RoleName[]]);

/** The union of what the roles allow. */
export function permissionsOf(roleNames: readonly RoleName[]): ReadonlySet<Permission> {
  return new Set(roleNames.flatMap((name): readonly Permission[] => roles[name]));
}
