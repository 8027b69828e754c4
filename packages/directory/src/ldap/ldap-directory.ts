import { randomBytes } from 'node:crypto';
import { fail } from '@carrel/contract';
import type { Clock } from '@carrel/kit';
import type { Filter } from 'ldapts';
import { stateOfRefusal } from './accounts/account-state.ts';
import { isBelow } from './accounts/distinguished-name.ts';
import type { AccountState, LdapAccount, LdapGroup } from './accounts/ldap-account.ts';
import type { SignInName } from './accounts/sign-in-name.ts';
import type { LdapConnection } from './connection/ldap-connection.ts';
import { createServerPool } from './connection/server-pool.ts';
import { isPresent } from './filters.ts';
import { createMemberships, type Memberships } from './groups/memberships.ts';
import type { LdapSettings } from './ldap-settings.ts';
import { createProfile } from './profile.ts';
import { type DirectorySite, readSites } from './read-sites.ts';
import { type ReferralTarget, searchWithReferrals } from './referral.ts';

export type PasswordJudgement = 'right' | 'wrong' | Exclude<AccountState, 'usable'>;

/**
 * One domain of Active Directory or one LDAP directory. Every call is bounded in time, goes to the next server when one
 * fails, and may be made at the same time as others and again.
 *
 * All calls: @throws {DIRECTORY_UNREACHABLE}
 */
export interface LdapDirectory extends ReferralTarget, Memberships, Disposable {
  readonly settings: LdapSettings;
  /**
   * Everybody who may be meant, two at most: one is who it is, two are ambiguous. They may be of another directory that
   * a server sent on to.
   */
  findAccounts(name: SignInName): Promise<LdapAccount[]>;
  /**
   * Tries the password by signing in as the account. The empty one is wrong without asking: servers take it for nobody
   * and let it in (RFC 4513, 5.1.2). A state is told only where the server does: after a right password.
   */
  judgePassword(account: LdapAccount, password: string): Promise<PasswordJudgement>;
  /** Does what {@link judgePassword} does, for nobody, so that an unknown name takes as long. */
  judgeNobody(): Promise<void>;
  /**
   * The account as it is now; `undefined` when it is gone from below the base.
   *
   * @throws {DIRECTORY_BASE_MISSING} nothing at all can be read, so nothing is known
   */
  readAccount(externalId: string): Promise<LdapAccount | undefined>;
  /**
   * Checks that something can be read at all.
   *
   * @throws {DIRECTORY_BASE_MISSING}
   */
  requireBase(): Promise<void>;
  /** Whether the account belongs here: is below the base. */
  holds(account: LdapAccount): boolean;
  readGroup(externalId: string): Promise<LdapGroup | undefined>;
  searchAccounts(text: string, limit: number): Promise<LdapAccount[]>;
  searchGroups(text: string, limit: number): Promise<LdapGroup[]>;
  /** Places of the network, which Active Directory knows; none elsewhere. */
  readSites(): Promise<DirectorySite[]>;
}

export interface LdapDirectoryOptions {
  readonly settings: LdapSettings;
  readonly clock: Pick<Clock, 'monotonicMs' | 'nowMs'>;
  readonly random: () => number;
  /** Directories that servers may send on to; asked at each search, as they may change. */
  readonly trusted: () => readonly ReferralTarget[];
}

/** Opens nothing yet. Whoever makes it disposes of it. */
export function createLdapDirectory(options: LdapDirectoryOptions): LdapDirectory {
  const { settings, clock } = options;
  const profile = createProfile(settings);
  const pool = createServerPool(options);
  const search = async (
    filter: Filter,
    attributes: readonly string[],
    limit: number,
    targets: readonly ReferralTarget[] = [],
  ) => {
    const query = { base: settings.baseDn, scope: 'sub' as const, filter, attributes, limit };
    return pool.asService((connection) => searchWithReferrals(connection, query, targets));
  };
  const accounts = async (
    filter: Filter,
    limit: number,
    targets?: readonly ReferralTarget[],
  ): Promise<LdapAccount[]> => {
    const entries = await search(filter, profile.accountAttributes, limit, targets);
    return entries.flatMap((entry) => profile.readAccount(entry, clock.nowMs()) ?? []);
  };
  const groups = async (filter: Filter, limit: number): Promise<LdapGroup[]> => {
    const entries = await search(filter, profile.groupAttributes, limit);
    return entries.flatMap((entry) => profile.readGroup(entry) ?? []);
  };

  const requireBase = () => pool.asService((connection) => readBase(connection, settings.baseDn));

  return {
    settings,
    answersFor: (host) =>
      [settings.dnsName, ...settings.servers.map((server) => server.host.toLowerCase())].includes(host),
    asService: (work) => pool.asService(work),
    findAccounts: (name) => accounts(profile.accountNamed(name), 2, options.trusted()),
    judgePassword: (account, password) =>
      password === ''
        ? Promise.resolve('wrong')
        : pool.asNobody((connection) => tryPassword(connection, account, password)),
    judgeNobody: async () => {
      const nobody = `CN=${randomBytes(8).toString('hex')},${settings.baseDn}`;
      await pool.asNobody((connection) => connection.bind(nobody, randomBytes(8).toString('hex')));
    },
    readAccount: async (externalId) => {
      const filter = profile.accountOf(externalId);
      const account = filter && (await accounts(filter, 1))[0];
      if (!account) await requireBase();
      return account;
    },
    requireBase,
    ...createMemberships(pool, profile, options),
    holds: (account) => isBelow(account.distinguishedName, settings.baseDn),
    readGroup: async (externalId) => {
      const filter = profile.groupOf(externalId);
      return filter && (await groups(filter, 1))[0];
    },
    searchAccounts: (text, limit) => accounts(profile.accountContaining(text), limit),
    searchGroups: (text, limit) => groups(profile.groupContaining(text), limit),
    readSites: () => pool.asService(readSites),
    [Symbol.dispose]: () => pool[Symbol.dispose](),
  };
}

async function tryPassword(
  connection: LdapConnection,
  account: LdapAccount,
  password: string,
): Promise<PasswordJudgement> {
  const answer = await connection.bind(account.distinguishedName, password);
  if (answer.outcome === 'refused') {
    const state = stateOfRefusal(answer.reason);
    return state === undefined || state === 'usable' ? 'wrong' : state;
  }
  // Servers without a rule of their own let expired accounts bind: what the entry says counts as well.
  return account.state === 'usable' ? 'right' : account.state;
}

/** @throws {DIRECTORY_BASE_MISSING} */
async function readBase(connection: LdapConnection, baseDn: string): Promise<void> {
  const { entries } = await connection.search({
    base: baseDn,
    scope: 'base',
    filter: isPresent('objectClass'),
    attributes: ['objectClass'],
    limit: 1,
  });
  if (entries.length === 0) throw fail('DIRECTORY_BASE_MISSING', { baseDn });
}
