import { type DirectoryPrincipal, fail } from '@carrel/contract';
import type { LdapAccount, LdapGroup } from '@carrel/directory';
import type { Queries } from '../database/index.ts';
import { provisionGroup } from '../groups/index.ts';
import type { Services } from '../services.ts';
import type { OpenDirectories, OpenDirectory } from './open-directories.ts';
import { learnAccount } from './store-account.ts';

type Kind = DirectoryPrincipal['kind'];

/** People or groups of a directory by part of their name, each with their id here if they are known. */
export async function searchPrincipals(
  queries: Queries,
  directory: OpenDirectory,
  { kind, search, limit }: { readonly kind: Kind; readonly search: string; readonly limit: number },
): Promise<{ items: DirectoryPrincipal[]; isCut: boolean }> {
  const found = await directory.ask<DirectoryPrincipal[]>(async (ldap) =>
    kind === 'user'
      ? (await ldap.searchAccounts(search, limit + 1)).map(principalOfAccount)
      : (await ldap.searchGroups(search, limit + 1)).map(principalOfGroup),
  );
  const shown = found.slice(0, limit).toSorted((a, b) => a.name.localeCompare(b.name));
  const known = await idsOf(queries, kind, directory.id, shown);
  const items = shown.map((item) => ({ ...item, principalId: known.get(item.externalId) ?? null }));
  return { items, isCut: found.length > limit };
}

/**
 * Makes somebody or a group of a directory known here, or brings them up to date.
 *
 * @throws {DIRECTORY_ENTRY_MISSING}
 */
export async function importPrincipal(
  services: Services,
  directories: OpenDirectories,
  directory: OpenDirectory,
  { kind, externalId }: { readonly kind: Kind; readonly externalId: string },
): Promise<DirectoryPrincipal> {
  return kind === 'user'
    ? importAccount(services, directories, directory, externalId)
    : importGroup(services, directory, externalId);
}

async function importAccount(
  services: Services,
  directories: OpenDirectories,
  directory: OpenDirectory,
  externalId: string,
): Promise<DirectoryPrincipal> {
  const account = await directory.ask((ldap) => ldap.readAccount(externalId));
  if (!account) throw fail('DIRECTORY_ENTRY_MISSING', { kind: 'user', externalId });
  const row = await learnAccount(services, directories, directory, account);
  return { ...principalOfAccount(account), principalId: row.id };
}

async function importGroup(
  { database, clock, randomBytes }: Services,
  directory: OpenDirectory,
  externalId: string,
): Promise<DirectoryPrincipal> {
  const group = await directory.ask((ldap) => ldap.readGroup(externalId));
  if (!group) throw fail('DIRECTORY_ENTRY_MISSING', { kind: 'group', externalId });
  const content = {
    source: 'ldap',
    directoryId: directory.id,
    externalId: group.externalId,
    name: group.name,
  } as const;
  const origin = { nowMs: clock.nowMs(), randomBytes };
  const row = await database.transaction((transaction) => provisionGroup(transaction, content, origin));
  return { ...principalOfGroup(group), principalId: row.id };
}

function principalOfAccount(account: LdapAccount): DirectoryPrincipal {
  const { externalId, userName, displayName, distinguishedName, state } = account;
  const isDisabled = state === 'disabled' || state === 'expired';
  return {
    kind: 'user',
    externalId,
    name: userName,
    displayName,
    distinguishedName,
    isDisabled,
    principalId: null,
  };
}

function principalOfGroup({ externalId, name, distinguishedName }: LdapGroup): DirectoryPrincipal {
  return {
    kind: 'group',
    externalId,
    name,
    displayName: name,
    distinguishedName,
    isDisabled: false,
    principalId: null,
  };
}

async function idsOf(
  queries: Queries,
  kind: Kind,
  directoryId: string,
  principals: readonly DirectoryPrincipal[],
): Promise<Map<string, string>> {
  if (principals.length === 0) return new Map();
  const rows = await queries
    .selectFrom(kind === 'user' ? 'users' : 'groups')
    .select(['id', 'externalId'])
    .where('directoryId', '=', directoryId)
    .where(
      'externalId',
      'in',
      principals.map((principal) => principal.externalId),
    )
    .execute();
  return new Map(rows.flatMap((row) => (row.externalId === null ? [] : [[row.externalId, row.id]])));
}
