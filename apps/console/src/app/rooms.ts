import type { Permission } from '@carrel/contract';
import {
  IconActivity,
  IconAddressBook,
  IconDeviceLaptop,
  IconHistory,
  IconLayoutGrid,
  IconListCheck,
  IconMap,
  IconSettings,
  IconStack2,
  IconUserShield,
  IconUsers,
} from '@tabler/icons-react';

/** The rooms of the console in the order of the navigation, with what it takes to enter. */
export const rooms = [
  { to: '/images', label: 'Images', icon: IconStack2, permission: 'images.view', part: 'deliver' },
  {
    to: '/workspaces',
    label: 'Workspaces',
    icon: IconLayoutGrid,
    permission: 'workspaces.view',
    part: 'deliver',
  },
  { to: '/people', label: 'Users and groups', icon: IconUsers, permission: 'users.view', part: 'deliver' },
  { to: '/planner', label: 'Planner', icon: IconMap, permission: 'plans.view', part: 'deliver' },
  { to: '/devices', label: 'Devices', icon: IconDeviceLaptop, permission: 'devices.view', part: 'watch' },
  { to: '/events', label: 'Events', icon: IconActivity, permission: 'reports.run', part: 'watch' },
  { to: '/tasks', label: 'Tasks', icon: IconListCheck, permission: 'tasks.view', part: 'watch' },
  {
    to: '/administrators',
    label: 'Administrators',
    icon: IconUserShield,
    permission: 'administrators.view',
    part: 'govern',
  },
  {
    to: '/sign-on',
    label: 'Sign-on',
    icon: IconAddressBook,
    permission: 'directories.manage',
    part: 'govern',
  },
  { to: '/instance', label: 'Instance', icon: IconSettings, permission: 'instance.view', part: 'govern' },
  { to: '/audit', label: 'Audit', icon: IconHistory, permission: 'audit.view', part: 'govern' },
] as const satisfies readonly { permission: Permission; [key: string]: unknown }[];

export type Room = (typeof rooms)[number];

export const parts = { deliver: 'Deliver', watch: 'Watch', govern: 'Govern' } as const satisfies Record<
  Room['part'],
  string
>;

/** The rooms that somebody with these permissions may enter. */
export function roomsFor(permissions: readonly Permission[]): readonly Room[] {
  return rooms.filter((room) => permissions.includes(room.permission));
}
