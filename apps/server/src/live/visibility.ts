import type { LiveMessage, Permission } from '@carrel/contract';
import { type CallerAccess, devicesWithin, imagesWithin, type Scope, usersWithin } from '../access/index.ts';
import type { Queries } from '../database/index.ts';

/** Whether a message is about something that may be seen. */
export type Visibility = (message: LiveMessage) => boolean;

/** Who may see a thing may hear of it. */
const permissionFor = {
  event: 'reports.run',
  image: 'images.view',
  workspace: 'workspaces.view',
  device: 'devices.view',
  task: 'tasks.view',
  user: 'users.view',
  plan: 'plans.view',
} as const satisfies Record<LiveMessage['topic'], Permission>;

type Topic = keyof typeof permissionFor;

/**
 * What somebody may hear of as things are now. For a permission that holds for some workspaces only, the devices,
 * images and users that belong to them are looked up; it is made anew from time to time.
 */
export async function loadVisibility(queries: Queries, access: CallerAccess): Promise<Visibility> {
  const limitOf = (topic: Topic): Exclude<Scope, 'all'> | undefined => {
    const scope = access.scopeOf(permissionFor[topic]);
    return scope === 'all' ? undefined : scope;
  };
  const visibleIds = new Map<Topic, ReadonlySet<string>>();
  const [workspaces, devices, images, users] = [
    limitOf('workspace'),
    limitOf('device'),
    limitOf('image'),
    limitOf('user'),
  ];
  if (workspaces) visibleIds.set('workspace', workspaces);
  if (devices) {
    const rows = await devicesWithin(queries, devices).execute();
    visibleIds.set('device', new Set(rows.map((row) => row.deviceId)));
  }
  if (images) {
    const rows = await imagesWithin(queries, images).execute();
    visibleIds.set('image', new Set(rows.map((row) => row.imageId)));
  }
  if (users) {
    const rows = await (await usersWithin(queries, users)).execute();
    visibleIds.set('user', new Set(rows.map((row) => row.userId)));
  }
  return (message) => {
    const scope = access.scopeOf(permissionFor[message.topic]);
    if (scope === undefined || scope === 'all') return scope === 'all';
    if (message.topic === 'event') {
      return message.event.workspaceId !== null && scope.has(message.event.workspaceId);
    }
    return visibleIds.get(message.topic)?.has(message.id) ?? false;
  };
}
