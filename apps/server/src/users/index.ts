export { createBuiltInDirectory } from './built-in-directory.ts';
export { ensureAdministrator } from './ensure-administrator.ts';
export { type ProvisionedUser, provisionUser } from './provision-user.ts';
export { registerUserRoutes } from './user-routes.ts';
export { findUserRow, userOf } from './user-rows.ts';
