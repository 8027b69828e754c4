import type { LdapAccount, LdapGroup } from '../accounts/ldap-account.ts';
import type { LdapConnection } from '../connection/ldap-connection.ts';
import { all, any, isInChain } from '../filters.ts';
import type { Profile } from '../profile.ts';

const mostGroups = 2_000;

/**
 * Groups of this domain that somebody of another domain is in. Within a forest such a group names them as they are;
 * across a trust it names the stand-in that the domain keeps for their security identifier (MS-ADTS, 6.1.1.4.10).
 */
export async function findForeignGroups(
  connection: LdapConnection,
  account: Pick<LdapAccount, 'distinguishedName' | 'securityId'>,
  {
    profile,
    baseDn,
    dnsName,
  }: { readonly profile: Profile; readonly baseDn: string; readonly dnsName: string },
): Promise<LdapGroup[]> {
  if (account.securityId === undefined) return [];
  const domain = dnsName.split('.').map((part) => `DC=${part}`);
  const standIn = [`CN=${account.securityId}`, 'CN=ForeignSecurityPrincipals', ...domain].join(',');
  const { entries } = await connection.search({
    base: baseDn,
    scope: 'sub',
    filter: all(
      profile.anyGroup,
      any(isInChain('member', account.distinguishedName), isInChain('member', standIn)),
    ),
    attributes: profile.groupAttributes,
    limit: mostGroups,
  });
  return entries.flatMap((entry) => profile.readGroup(entry) ?? []);
}
