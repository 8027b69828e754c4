export { registerSecretRoutes } from './secret-routes.ts';
export { deleteSecret, listSecrets, type NewSecret, putSecret, readSecret } from './secrets.ts';
