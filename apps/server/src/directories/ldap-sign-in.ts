import {
  type Authentication,
  type LdapAccount,
  namesDomain,
  parseSignInName,
  type SignInName,
} from '@carrel/directory';
import type { UserId } from '@carrel/kit';
import type { Services } from '../services.ts';
import type { OpenDirectories, OpenDirectory } from './open-directories.ts';
import { isLockedHere, judgeAttempt } from './sign-in-failures.ts';
import { learnAccount } from './store-account.ts';

interface Candidate {
  readonly directory: OpenDirectory;
  readonly account: LdapAccount;
}

/**
 * Signs somebody in at the directory that knows them. The password is sent to one directory only, and only when exactly
 * one account is meant. Whatever is wrong takes a search and a bind.
 *
 * @returns `undefined` when no directory can be meant by the name
 * @throws {DIRECTORY_UNREACHABLE} nobody was found, and not all who may know them could be asked
 */
export async function signInByLdap(
  services: Services,
  directories: OpenDirectories,
  userName: string,
  password: string,
): Promise<Authentication | undefined> {
  const name = parseSignInName(userName);
  const enabled = await directories.enabled();
  const asked = meantBy(name, enabled);
  const [first] = asked;
  if (!first) return undefined;
  const found = await findCandidates(asked, enabled, name);
  const [candidate] = found;
  if (!candidate || found.length > 1 || password === '') {
    await first.ask((ldap) => ldap.judgeNobody());
    return { outcome: 'refused' };
  }
  return judge(services, directories, candidate, password);
}

/** A domain that is named is the only one meant; a suffix nobody has configured may be any Active Directory's. */
function meantBy(name: SignInName, enabled: readonly OpenDirectory[]): OpenDirectory[] {
  const named = enabled.filter(({ ldap }) => namesDomain(name, ldap.settings));
  if (named.length > 0 || name.form === 'down-level') return named;
  if (name.form === 'plain') return [...enabled];
  return enabled.filter(({ ldap }) => ldap.settings.profile === 'active-directory');
}

async function findCandidates(
  asked: readonly OpenDirectory[],
  enabled: readonly OpenDirectory[],
  name: SignInName,
): Promise<Candidate[]> {
  const answers = await Promise.allSettled(
    asked.map(async (directory) => {
      const accounts = await directory.ask((ldap) => ldap.findAccounts(name));
      return Promise.all(accounts.map((account) => bringHome({ directory, account }, enabled)));
    }),
  );
  const found = answers
    .flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
    .filter((one) => one !== undefined);
  const failure = answers.find((answer) => answer.status === 'rejected');
  if (found.length === 0 && failure) throw failure.reason;
  // Who was found by a referral as well as at home is one.
  const each = [
    ...new Map(found.map((one) => [`${one.directory.id} ${one.account.externalId}`, one])).values(),
  ];
  if (name.form === 'plain') return each;
  // Who names a domain means its own people; a suffix may also be used by people of another domain of the forest.
  const own = each.filter((one) => asked.some((directory) => directory.id === one.directory.id));
  return own.length > 0 || name.form === 'down-level' ? own : each;
}

/** Somebody found through another directory is read again by the rules of their own. */
async function bringHome(
  found: Candidate,
  enabled: readonly OpenDirectory[],
): Promise<Candidate | undefined> {
  const home = homeOf(found.account, enabled);
  if (!home || home.id === found.directory.id) return found;
  const account = await home.ask((ldap) => ldap.readAccount(found.account.externalId));
  return account && { directory: home, account };
}

/** The directory that an account belongs to, which may have been found through another: that with the longest base. */
function homeOf(account: LdapAccount, enabled: readonly OpenDirectory[]): OpenDirectory | undefined {
  return enabled
    .filter(({ ldap }) => ldap.holds(account))
    .toSorted((one, other) => other.ldap.settings.baseDn.length - one.ldap.settings.baseDn.length)[0];
}

async function judge(
  services: Services,
  directories: OpenDirectories,
  { directory, account }: Candidate,
  password: string,
): Promise<Authentication> {
  const { database, clock } = services;
  const key = { directoryId: directory.id, externalId: account.externalId };
  if (await isLockedHere(database.queries, key, clock.nowMs())) {
    await directory.ask((ldap) => ldap.judgeNobody());
    return { outcome: 'refused' };
  }
  const judgement = await directory.ask((ldap) => ldap.judgePassword(account, password));
  if (judgement === 'locked' || judgement === 'disabled' || judgement === 'expired')
    return { outcome: 'refused' };
  const isAdmitted = await judgeAttempt(database, key, judgement !== 'wrong', clock.nowMs());
  if (!isAdmitted) return { outcome: 'refused' };
  if (judgement === 'password-expired') return { outcome: 'refused', code: 'PASSWORD_CHANGE_REQUIRED' };
  const user = await learnAccount(services, directories, directory, account);
  if (user.isDisabled === 1) return { outcome: 'refused' };
  const { userName, displayName } = user;
  return { outcome: 'authenticated', user: { id: user.id as UserId, userName, displayName } };
}
