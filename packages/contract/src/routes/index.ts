import { activityRoutes } from './activity-routes.ts';
import { apiTokenRoutes } from './api-token-routes.ts';
import { deviceRoutes } from './device-routes.ts';
import { directoryRoutes } from './directory-routes.ts';
import { endpointRoutes } from './endpoint-routes.ts';
import { imageRoutes } from './image-routes.ts';
import { instanceRoutes } from './instance-routes.ts';
import { measurementRoutes } from './measurement-routes.ts';
import { planRoutes } from './plan-routes.ts';
import { repositoryRoutes } from './repository-routes.ts';
import { roleRoutes } from './role-routes.ts';
import { sessionRoutes } from './session-routes.ts';
import { singleSignOnRoutes } from './single-sign-on-routes.ts';
import { userRoutes } from './user-routes.ts';
import { workspaceHistoryRoutes } from './workspace-history-routes.ts';
import { workspaceRoutes } from './workspace-routes.ts';

/** Every operation of the management server's HTTP API. */
export const routes = {
  ...sessionRoutes,
  ...singleSignOnRoutes,
  ...apiTokenRoutes,
  ...imageRoutes,
  ...workspaceRoutes,
  ...workspaceHistoryRoutes,
  ...userRoutes,
  ...directoryRoutes,
  ...roleRoutes,
  ...deviceRoutes,
  ...endpointRoutes,
  ...activityRoutes,
  ...repositoryRoutes,
  ...instanceRoutes,
  ...planRoutes,
  ...measurementRoutes,
};
