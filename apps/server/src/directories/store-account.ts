import type { LdapAccount, LdapGroup } from '@carrel/directory';
import { appendAudit } from '../audit/index.ts';
import { isUniqueViolation, type Row } from '../database/index.ts';
import type { Services } from '../services.ts';
import { provisionUser } from '../users/index.ts';
import type { OpenDirectory } from './open-directories.ts';

/** Writes down what a directory says of somebody: their row is made or brought up to date, with their groups. */
export async function storeAccount(
  services: Services,
  directory: OpenDirectory,
  account: LdapAccount,
  groups: readonly LdapGroup[],
): Promise<Row<'users'>> {
  const { externalId, userName, displayName, state } = account;
  return store(services, directory, {
    ...{ externalId, userName, displayName, groups },
    // A lock ends by itself, and somebody who has to change a password still is who they were: neither takes away
    // what runs, or everybody could do that to everybody by guessing at passwords.
    isDisabled: state === 'disabled' || state === 'expired',
  });
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
