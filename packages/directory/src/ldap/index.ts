export type { LdapAccount, LdapGroup } from './accounts/ldap-account.ts';
export { namesDomain, parseSignInName, type SignInName } from './accounts/sign-in-name.ts';
export { createLdapDirectory, type LdapDirectory, type PasswordJudgement } from './ldap-directory.ts';
export type { LdapSettings } from './ldap-settings.ts';
export { testLdapDirectory } from './test-directory.ts';
