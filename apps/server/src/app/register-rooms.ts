import { registerAdministratorRoutes } from '../administrators/index.ts';
import { registerTokenRoutes } from '../api-tokens/index.ts';
import { registerAuditRoutes } from '../audit/index.ts';
import { registerDeviceRoutes } from '../devices/index.ts';
import { registerDirectoryRoutes } from '../directories/index.ts';
import { registerEndpointRoutes } from '../endpoint/index.ts';
import { registerEventRoutes } from '../events/index.ts';
import { registerGroupRoutes } from '../groups/index.ts';
import { registerInstanceRoutes } from '../instance/instance-routes.ts';
import { registerMeasurementRoutes } from '../measurements/index.ts';
import { registerPlanRoutes } from '../plans/index.ts';
import { registerSecretRoutes } from '../secrets/index.ts';
import { registerOwnSessionRoutes, registerSessionRoutes } from '../session/index.ts';
import { registerSettingRoutes } from '../settings/index.ts';
import { registerSingleSignOn } from '../single-sign-on/index.ts';
import { registerPasswordRoutes, registerUserRoutes } from '../users/index.ts';
import { registerWorkspaceRoutes } from '../workspaces/index.ts';
import { registerContentRooms } from './register-content-rooms.ts';
import type { RoomContext } from './rooms.ts';

/** Every room of the server, each with its routes. */
export async function registerRooms(context: RoomContext): Promise<void> {
  const { app, router, services, people } = context;
  const singleSignOn = await registerSingleSignOn(app, router, services, people);
  registerSessionRoutes(router, services, { ...people, ...singleSignOn });
  registerOwnSessionRoutes(router, services, { ...people, ...singleSignOn });
  registerTokenRoutes(router, services);
  registerInstanceRoutes(router, services);
  registerSecretRoutes(router, services);
  registerSettingRoutes(router, services);
  registerUserRoutes(router, services);
  registerPasswordRoutes(router, services, people);
  registerGroupRoutes(router, services);
  registerDirectoryRoutes(router, services, context.directories);
  registerWorkspaceRoutes(router, services);
  registerPlanRoutes(router, services);
  registerMeasurementRoutes(router, services);
  registerAdministratorRoutes(router, services);
  registerDeviceRoutes(router, services);
  registerEndpointRoutes(router, services, people);
  registerEventRoutes(router, services);
  registerAuditRoutes(router, services);
  await registerContentRooms(context);
}
