export { createBuiltInDirectory } from './built-in-directory.ts';
export { type CheckPassword, createPasswordCheck } from './check-password.ts';
export { ensureAdministrator } from './ensure-administrator.ts';
export { registerPasswordRoutes } from './password-routes.ts';
export { type ProvisionedUser, provisionUser } from './provision-user.ts';
export { registerUserRoutes } from './user-routes.ts';
export { findUserRow, findUserRowByName, userOf } from './user-rows.ts';
