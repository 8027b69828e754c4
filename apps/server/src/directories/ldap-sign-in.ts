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
import { storeAccount } from './store-account.ts';

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
  const asked = meantBy(name, await directories.enabled());
  const [first] = asked;
  if (!first) return undefined;
  const found = await findCandidates(asked, name);
  const [candidate] = found;
  if (!candidate || found.length > 1 || password === '') {
    await first.ask((ldap) => ldap.judgeNobody());
    return { outcome: 'refused' };
  }
  return judge(services, candidate, password);
}

/** A domain that is named is the only one meant; a suffix nobody has configured may be any Active Directory's. */
function meantBy(name: SignInName, enabled: readonly OpenDirectory[]): OpenDirectory[] {
  const named = enabled.filter(({ ldap }) => namesDomain(name, ldap.settings));
  if (named.length > 0 || name.form === 'down-level') return named;
  if (name.form === 'plain') return [...enabled];
  return enabled.filter(({ ldap }) => ldap.settings.profile === 'active-directory');
}

async function findCandidates(asked: readonly OpenDirectory[], name: SignInName): Promise<Candidate[]> {
  const answers = await Promise.allSettled(
    asked.map(async (directory) => {
      const accounts = await directory.ask((ldap) => ldap.findAccounts(name));
      return accounts.map((account) => ({ directory, account }));
    }),
  );
  const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  const failure = answers.find((answer) => answer.status === 'rejected');
  if (found.length === 0 && failure) throw failure.reason;
  return found;
}

async function judge(
  services: Services,
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
  const groups = await directory.ask((ldap) => ldap.groupsOf(account));
  const user = await storeAccount(services, directory, account, groups);
  if (user.isDisabled === 1) return { outcome: 'refused' };
  const { userName, displayName } = user;
  return { outcome: 'authenticated', user: { id: user.id as UserId, userName, displayName } };
}
