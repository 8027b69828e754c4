import { comparable } from './accounts/distinguished-name.ts';
import type { LdapConnection, LdapQuery } from './connection/ldap-connection.ts';
import type { LdapEntry } from './connection/ldap-entry.ts';
import { equals, isPresent } from './filters.ts';

/** A place of the network as Active Directory knows it. */
export interface DirectorySite {
  readonly name: string;
  readonly description: string;
  /** Such as `10.1.0.0/16`. */
  readonly subnets: string[];
  /** Sites it replicates with, and at what cost: lower is preferred. */
  readonly links: { readonly to: string; readonly cost: number }[];
}

const mostEntries = 20_000;
/** What Active Directory takes a link for that says nothing (MS-ADTS, 6.1.1.2.2.3.4). */
const usualCost = 100;

/** Sites with their subnets and links, by name; none where the directory is no Active Directory. */
export async function readSites(connection: LdapConnection): Promise<DirectorySite[]> {
  const configuration = await findConfiguration(connection);
  if (configuration === undefined) return [];
  const find = async (kind: string, attributes: LdapQuery['attributes']): Promise<readonly LdapEntry[]> => {
    const { entries } = await connection.search({
      base: `CN=Sites,${configuration}`,
      scope: 'sub',
      filter: equals('objectClass', kind),
      attributes,
      limit: mostEntries,
    });
    return entries;
  };
  const sites = await find('site', ['cn', 'description']);
  const subnets = await find('subnet', ['cn', 'siteObject']);
  const links = await find('siteLink', ['siteList', 'cost']);
  const nameOf = new Map(
    sites.flatMap((site) => {
      const name = site.text('cn');
      return name === undefined ? [] : [[comparable(site.distinguishedName), name] as const];
    }),
  );
  const subnetsOf = Map.groupBy(subnets, (subnet) => comparable(subnet.text('siteObject') ?? ''));
  return sites
    .flatMap((site): DirectorySite[] => {
      const dn = comparable(site.distinguishedName);
      const name = nameOf.get(dn);
      if (name === undefined) return [];
      return [
        {
          name,
          description: site.text('description') ?? '',
          subnets: (subnetsOf.get(dn) ?? []).flatMap((subnet) => subnet.text('cn') ?? []).toSorted(),
          links: linksOf(dn, links, nameOf),
        },
      ];
    })
    .toSorted((one, other) => one.name.localeCompare(other.name, 'en'));
}

/** Every pair of a link's sites is joined; of several links between two, the cheapest counts. */
function linksOf(
  dn: string,
  links: readonly LdapEntry[],
  nameOf: ReadonlyMap<string, string>,
): DirectorySite['links'] {
  const costs = new Map<string, number>();
  for (const link of links) {
    const members = link.texts('siteList').map(comparable);
    if (!members.includes(dn)) continue;
    const cost = Number(link.text('cost') ?? usualCost);
    for (const member of members) {
      const name = nameOf.get(member);
      if (member === dn || name === undefined) continue;
      costs.set(name, Math.min(cost, costs.get(name) ?? Number.POSITIVE_INFINITY));
    }
  }
  return [...costs]
    .map(([to, cost]) => ({ to, cost }))
    .toSorted((one, other) => one.to.localeCompare(other.to, 'en'));
}

/** Where the forest keeps its configuration; only Active Directory has such a place. */
async function findConfiguration(connection: LdapConnection): Promise<string | undefined> {
  const { entries } = await connection.search({
    base: '',
    scope: 'base',
    filter: isPresent('objectClass'),
    attributes: ['configurationNamingContext'],
    limit: 1,
  });
  return entries[0]?.text('configurationNamingContext');
}
