export type { Authentication, Directory, DirectoryUser } from './directory.ts';
export { type Nesting, withContainingGroups, wouldContainItself } from './groups/nesting.ts';
export {
  createLdapDirectory,
  type LdapAccount,
  type LdapDirectory,
  type LdapGroup,
  type LdapSettings,
  namesDomain,
  type PasswordJudgement,
  parseSignInName,
  type SignInName,
  testLdapDirectory,
} from './ldap/index.ts';
export {
  type FailureRecord,
  failuresAllowed,
  failureWindowMs,
  isLocked,
  type LockoutLimits,
  lockoutMs,
  noFailures,
  recordFailure,
} from './lockout/lockout.ts';
export {
  type CodeFlow,
  createOidcClient,
  type DeviceFlow,
  type OidcCapabilities,
  type OidcClient,
  type OidcIdentity,
  type OidcSettings,
} from './oidc/index.ts';
export { hashPassword, needsRehash, passwordCost, verifyPassword } from './passwords/password-hash.ts';
