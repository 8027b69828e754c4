export { registerPlanRoutes } from './plan-routes.ts';
