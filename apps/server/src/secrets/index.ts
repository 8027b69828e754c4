export { registerSecretRoutes } from './secret-routes.ts';
export { deleteSecret, type NewSecret, putSecret, readSecret } from './secrets.ts';
