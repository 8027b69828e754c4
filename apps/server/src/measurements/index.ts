export { registerMeasurementRoutes } from './measurement-routes.ts';
