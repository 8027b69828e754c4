import { activityRoutes } from './activity-routes.ts';
import { deviceRoutes } from './device-routes.ts';
import { endpointRoutes } from './endpoint-routes.ts';
import { imageRoutes } from './image-routes.ts';
import { repositoryRoutes } from './repository-routes.ts';
import { sessionRoutes } from './session-routes.ts';
import { userRoutes } from './user-routes.ts';
import { workspaceRoutes } from './workspace-routes.ts';

/** Every operation of the management server's HTTP API. */
export const routes = {
  ...sessionRoutes,
  ...imageRoutes,
  ...workspaceRoutes,
  ...userRoutes,
  ...deviceRoutes,
  ...endpointRoutes,
  ...activityRoutes,
  ...repositoryRoutes,
};
