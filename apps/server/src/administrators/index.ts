export { registerAdministratorRoutes } from './administrator-routes.ts';
