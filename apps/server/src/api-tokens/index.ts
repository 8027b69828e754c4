export { registerTokenRoutes } from './token-routes.ts';
export { type ApiTokenStore, createApiTokenStore } from './token-store.ts';
