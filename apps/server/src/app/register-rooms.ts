import { registerAdministratorRoutes } from '../administrators/index.ts';
import { registerAuditRoutes } from '../audit/index.ts';
import { registerDeviceRoutes } from '../devices/index.ts';
import { registerEndpointRoutes } from '../endpoint/index.ts';
import { registerEventRoutes } from '../events/index.ts';
import { registerGroupRoutes } from '../groups/index.ts';
import { registerInstanceRoutes } from '../instance/instance-routes.ts';
import { registerSecretRoutes } from '../secrets/index.ts';
import { registerSessionRoutes } from '../session/index.ts';
import { registerSettingRoutes } from '../settings/index.ts';
import { registerUserRoutes } from '../users/index.ts';
import { registerWorkspaceRoutes } from '../workspaces/index.ts';
import { registerContentRooms } from './register-content-rooms.ts';
import type { RoomContext } from './rooms.ts';

/** Every room of the server, each with its routes. */
export async function registerRooms(context: RoomContext): Promise<void> {
  const { router, services, people } = context;
  registerSessionRoutes(router, services, people);
  registerInstanceRoutes(router, services);
  registerSecretRoutes(router, services);
  registerSettingRoutes(router, services);
  registerUserRoutes(router, services);
  registerGroupRoutes(router, services);
  registerWorkspaceRoutes(router, services);
  registerAdministratorRoutes(router, services);
  registerDeviceRoutes(router, services);
  registerEndpointRoutes(router, services, people);
  registerEventRoutes(router, services);
  registerAuditRoutes(router, services);
  await registerContentRooms(context);
}
