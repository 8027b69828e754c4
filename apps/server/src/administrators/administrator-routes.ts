import type { Router } from '../http/index.ts';
import type { Services } from '../services.ts';
import { registerGrantRoutes } from './grant-routes.ts';
import { registerRoleRoutes } from './role-routes.ts';

/** Who may administer what. */
export function registerAdministratorRoutes(router: Router, services: Services): void {
  registerRoleRoutes(router, services);
  registerGrantRoutes(router, services);
}
