import type { Filter } from 'ldapts';
import type { LdapAccount, LdapGroup } from '../accounts/ldap-account.ts';
import type { LdapConnection } from '../connection/ldap-connection.ts';
import { all, any, equals } from '../filters.ts';
import { deepestNesting, identifiersAtOnce } from '../limits.ts';
import type { Profile } from '../profile.ts';

const mostGroupsOfOneStep = 5_000;

/**
 * Every group of an account where the server has no rule of its own for nesting: the groups it is in, the groups these
 * are in, and so on. Groups inside each other do no harm.
 */
export async function walkGroups(
  connection: LdapConnection,
  account: LdapAccount,
  { profile, baseDn }: { readonly profile: Profile; readonly baseDn: string },
): Promise<LdapGroup[]> {
  const found = new Map<string, LdapGroup>();
  const search = async (filter: Filter): Promise<LdapGroup[]> => {
    const { entries } = await connection.search({
      base: baseDn,
      scope: 'sub',
      filter: all(profile.anyGroup, filter),
      attributes: profile.groupAttributes,
      limit: mostGroupsOfOneStep,
    });
    const groups = entries.flatMap((entry) => profile.readGroup(entry) ?? []);
    const fresh = groups.filter((group) => !found.has(group.externalId));
    for (const group of fresh) found.set(group.externalId, group);
    return fresh;
  };
  let latest = await search(
    any(hasMember([account.distinguishedName]), ...(await posixMembership(connection, account))),
  );
  for (let depth = 0; latest.length > 0 && depth < deepestNesting; depth += 1) {
    const names = latest.map((group) => group.distinguishedName);
    latest = [];
    for (let start = 0; start < names.length; start += identifiersAtOnce) {
      latest.push(...(await search(hasMember(names.slice(start, start + identifiersAtOnce)))));
    }
  }
  return [...found.values()];
}

function hasMember(distinguishedNames: readonly string[]): Filter {
  return any(...distinguishedNames.flatMap((name) => [equals('member', name), equals('uniqueMember', name)]));
}

/** RFC 2307: groups name members by uid, and an account names its first group by number. */
async function posixMembership(connection: LdapConnection, account: LdapAccount): Promise<Filter[]> {
  const { entries } = await connection.search({
    base: account.distinguishedName,
    scope: 'base',
    filter: equals('objectClass', 'posixAccount'),
    attributes: ['gidNumber'],
    limit: 1,
  });
  const group = entries[0]?.text('gidNumber');
  return [
    equals('memberUid', account.shortName),
    ...(group === undefined ? [] : [all(equals('objectClass', 'posixGroup'), equals('gidNumber', group))]),
  ];
}
