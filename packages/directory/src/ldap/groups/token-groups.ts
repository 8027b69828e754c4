import { primaryGroupSid } from '../accounts/identifiers.ts';
import type { LdapAccount, LdapGroup } from '../accounts/ldap-account.ts';
import type { LdapConnection } from '../connection/ldap-connection.ts';
import type { LdapEntry } from '../connection/ldap-entry.ts';
import { all, any, equals, isInChain, isPresent } from '../filters.ts';
import { identifiersAtOnce } from '../limits.ts';
import type { Profile } from '../profile.ts';

/** Groups by their security identifier in hex, kept between askings: an identifier never means another group. */
export type KnownGroups = Map<string, LdapGroup | undefined>;

/** Memory stays bounded: beyond this all are asked for anew. */
const mostKnown = 50_000;
/** More groups than one account can be in (a token holds 1,015). */
const mostGroups = 2_000;

/**
 * Every group of an account in Active Directory, by the domain controller's own rule: `tokenGroups`, which is what a
 * sign-in there would have, the primary group and nested ones included. Where the bind account may not read it, the
 * controller is asked to follow memberships itself.
 */
export async function findTokenGroups(
  connection: LdapConnection,
  account: LdapAccount,
  context: { readonly profile: Profile; readonly baseDn: string; readonly known: KnownGroups },
): Promise<LdapGroup[]> {
  const { entries } = await connection.search({
    base: account.distinguishedName,
    scope: 'base',
    filter: isPresent('objectClass'),
    attributes: ['tokenGroups', 'objectSid', 'primaryGroupID'],
    limit: 1,
  });
  const entry = entries[0];
  if (!entry) return [];
  const token = entry.bytes('tokenGroups');
  if (token.length > 0) return groupsOfSids(connection, token, context);
  const followed = await connection.search({
    base: context.baseDn,
    scope: 'sub',
    filter: all(context.profile.anyGroup, isInChain('member', account.distinguishedName)),
    attributes: context.profile.groupAttributes,
    limit: mostGroups,
  });
  const groups = followed.entries.flatMap((group) => context.profile.readGroup(group) ?? []);
  return [...groups, ...(await groupsOfSids(connection, primarySids(entry), context))];
}

function primarySids(entry: LdapEntry): Buffer[] {
  const sid = entry.bytes('objectSid')[0];
  const primary = Number(entry.text('primaryGroupID'));
  return sid === undefined || !Number.isInteger(primary) ? [] : [primaryGroupSid(sid, primary)];
}

/** Identifiers that this domain has no group for, such as those of other domains, are left out. */
async function groupsOfSids(
  connection: LdapConnection,
  sids: readonly Buffer[],
  {
    profile,
    baseDn,
    known,
  }: { readonly profile: Profile; readonly baseDn: string; readonly known: KnownGroups },
): Promise<LdapGroup[]> {
  if (known.size > mostKnown) known.clear();
  const unknown = sids.filter((sid) => !known.has(sid.toString('hex')));
  for (let start = 0; start < unknown.length; start += identifiersAtOnce) {
    const some = unknown.slice(start, start + identifiersAtOnce);
    const { entries } = await connection.search({
      base: baseDn,
      scope: 'sub',
      filter: all(profile.anyGroup, any(...some.map((sid) => equals('objectSid', sid)))),
      attributes: profile.groupAttributes,
      limit: identifiersAtOnce,
    });
    for (const sid of some) known.set(sid.toString('hex'), undefined);
    for (const entry of entries) {
      const sid = entry.bytes('objectSid')[0];
      if (sid) known.set(sid.toString('hex'), profile.readGroup(entry));
    }
  }
  return sids.flatMap((sid) => known.get(sid.toString('hex')) ?? []);
}
