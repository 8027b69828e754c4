import type { LdapAccount, LdapGroup } from '@carrel/directory';
import { isAppError } from '@carrel/kit';
import { appendAudit } from '../audit/index.ts';
import { isUniqueViolation, type Row } from '../database/index.ts';
import type { Services } from '../services.ts';
import { provisionUser } from '../users/index.ts';
import type { OpenDirectories, OpenDirectory } from './open-directories.ts';

/**
 * Learns what directories say of somebody and writes it down: their row is made or brought up to date, with the groups
 * they are in at their own directory and at those that trust it.
 *
 * @throws {DIRECTORY_UNREACHABLE} their own directory does not answer
 */
export async function learnAccount(
  services: Services,
  directories: OpenDirectories,
  directory: OpenDirectory,
  account: LdapAccount,
): Promise<Row<'users'>> {
  const { externalId, userName, displayName, state } = account;
  const groups = await directory.ask((ldap) => ldap.groupsOf(account));
  const groupsElsewhere = await findGroupsElsewhere(directories, directory, account);
  return store(services, directory, {
    ...{ externalId, userName, displayName, groups, groupsElsewhere },
    // A lock ends by itself, and somebody who has to change a password still is who they were: neither takes away
    // what runs, or everybody could do that to everybody by guessing at passwords.
    isDisabled: state === 'disabled' || state === 'expired',
  });
}

/** Of a directory that cannot be asked, what is known stays for as long as its word may count. */
async function findGroupsElsewhere(
  directories: OpenDirectories,
  own: OpenDirectory,
  account: LdapAccount,
): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  if (account.securityId === undefined) return found;
  const others = (await directories.enabled()).filter(
    (other) => other.id !== own.id && other.ldap.settings.profile === 'active-directory',
  );
  const answers = await Promise.allSettled(
    others.map((other) => other.ask((ldap) => ldap.groupsOfForeigner(account))),
  );
  for (const [at, answer] of answers.entries()) {
    const other = others[at];
    if (!other) continue;
    if (answer.status === 'fulfilled')
      found.set(
        other.id,
        answer.value.map((group) => group.externalId),
      );
    else if (!isAppError(answer.reason, 'DIRECTORY_UNREACHABLE')) throw answer.reason;
    else if (other.isSilentTooLong()) found.set(other.id, []);
  }
  return found;
}

/** Writes down that somebody is gone from their directory: they are disabled and in none of its groups. */
export async function storeMissing(
  services: Services,
  directory: OpenDirectory,
  user: Row<'users'> & { readonly externalId: string },
): Promise<Row<'users'>> {
  const { externalId, userName, displayName } = user;
  return store(services, directory, { externalId, userName, displayName, groups: [], isDisabled: true });
}

interface Finding {
  readonly externalId: string;
  readonly userName: string;
  readonly displayName: string;
  readonly groups: readonly LdapGroup[];
  readonly groupsElsewhere?: ReadonlyMap<string, readonly string[]>;
  readonly isDisabled: boolean;
}

async function store(services: Services, directory: OpenDirectory, finding: Finding): Promise<Row<'users'>> {
  try {
    return await provision(services, directory, finding);
  } catch (error) {
    // Two first sign-ins at once: the other one made the row.
    if (isUniqueViolation(error)) return provision(services, directory, finding);
    throw error;
  }
}

function provision(services: Services, directory: OpenDirectory, finding: Finding): Promise<Row<'users'>> {
  const { database, clock, randomBytes } = services;
  const origin = { nowMs: clock.nowMs(), randomBytes };
  return database.transaction(async (transaction) => {
    const before = await transaction
      .selectFrom('users')
      .select('isDisabled')
      .where('directoryId', '=', directory.id)
      .where('externalId', '=', finding.externalId)
      .executeTakeFirst();
    const row = await provisionUser(
      transaction,
      { source: 'ldap', directoryId: directory.id, ...finding },
      origin,
    );
    if (before?.isDisabled !== row.isDisabled) {
      await appendAudit(transaction, origin.nowMs, {
        actor: `directory:${directory.name}`,
        action: before ? (row.isDisabled === 1 ? 'disableUser' : 'enableUser') : 'createUser',
        target: row.userName,
        outcome: 'done',
        details: { id: row.id },
      });
    }
    return row;
  });
}
