export {
  type CallerAccess,
  createAccess,
  describeAccess,
  restrictAccess,
  type Scope,
} from './caller-access.ts';
export { findRole, loadAccess, templateOf } from './load-access.ts';
export { requireAdministratorLeft } from './require-administrator.ts';
export { requireCovered, requireMayDecideForGroup, requireMayDecideForUser } from './require-covered.ts';
export { giveRole, takeRolesOf } from './role-grants.ts';
export {
  devicesWithin,
  groupsWithin,
  imagesWithin,
  isWithin,
  requireMayUseImage,
  scopedParameters,
  usersWithin,
} from './scope-queries.ts';
