import type { LiveMessage, Permission } from '@carrel/contract';

/** Who may see a thing may hear of it. */
export const livePermissions = {
  event: 'reports.run',
  image: 'images.view',
  workspace: 'workspaces.view',
  device: 'devices.view',
  task: 'tasks.view',
  user: 'users.view',
} as const satisfies Record<LiveMessage['topic'], Permission>;
