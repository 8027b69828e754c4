import type { Permission } from '@carrel/contract';

/** What permissions allow, as people read it. */
export const permissionWords: Readonly<Record<Permission, string>> = {
  'images.view': 'See images',
  'images.publish': 'Publish images',
  'workspaces.view': 'See workspaces',
  'workspaces.edit': 'Edit workspaces',
  'workspaces.assign': 'Assign workspaces',
  'devices.view': 'See devices',
  'devices.manage': 'Manage devices',
  'users.view': 'See users and groups',
  'users.manage': 'Manage users and groups',
  'reports.run': 'See events and run reports',
  'plans.view': 'See plans',
  'plans.edit': 'Make and change plans',
  'tasks.view': 'See tasks',
  'audit.view': 'Read the audit log',
  'administrators.view': 'See administrators and roles',
  'administrators.manage': 'Manage administrators and roles',
  'directories.manage': 'Manage directories and single sign-on',
  'instance.view': 'See settings and keys',
  'instance.manage': 'Change settings and keys',
};
