import type { Clock } from '@carrel/kit';
import type { LdapAccount, LdapGroup } from '../accounts/ldap-account.ts';
import type { ServerPool } from '../connection/server-pool.ts';
import type { LdapSettings } from '../ldap-settings.ts';
import type { Profile } from '../profile.ts';
import { findForeignGroups } from './foreign-groups.ts';
import { findTokenGroups, type KnownGroups } from './token-groups.ts';
import { walkGroups } from './walk-groups.ts';

/** Who is in which groups, by the rule of the directory's kind. */
export interface Memberships {
  /** Every group the account is in by the directory's own rule, nested ones included. */
  groupsOf(account: LdapAccount): Promise<LdapGroup[]>;
  /** Groups here that somebody of another domain of Active Directory is in. */
  groupsOfForeigner(account: LdapAccount): Promise<LdapGroup[]>;
}

/** What a security identifier stands for is asked for anew after this time: groups are renamed, rights are set right. */
const groupsKnownForMs = 3_600_000;

export function createMemberships(
  pool: Pick<ServerPool, 'asService'>,
  profile: Profile,
  { settings, clock }: { readonly settings: LdapSettings; readonly clock: Pick<Clock, 'monotonicMs'> },
): Memberships {
  const { baseDn, dnsName } = settings;
  if (settings.profile !== 'active-directory') {
    return {
      groupsOf: (account) =>
        pool.asService((connection) => walkGroups(connection, account, { profile, baseDn })),
      groupsOfForeigner: () => Promise.resolve([]),
    };
  }
  const known: KnownGroups = new Map();
  let knownSinceMs = clock.monotonicMs();
  return {
    groupsOf: (account) => {
      if (clock.monotonicMs() - knownSinceMs > groupsKnownForMs) {
        known.clear();
        knownSinceMs = clock.monotonicMs();
      }
      return pool.asService((connection) => findTokenGroups(connection, account, { profile, baseDn, known }));
    },
    groupsOfForeigner: (account) =>
      pool.asService((connection) => findForeignGroups(connection, account, { profile, baseDn, dnsName })),
  };
}
