export { registerEndpointRoutes } from './endpoint-routes.ts';
