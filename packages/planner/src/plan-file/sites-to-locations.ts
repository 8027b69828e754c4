import type { Sheet } from '../sheets/index.ts';

/** A place of the network as a directory knows it. */
export interface NetworkSite {
  readonly name: string;
  readonly links: readonly { readonly to: string; readonly cost: number }[];
}

/** A site with the one it is linked to on its way to the centre of the network. */
export interface LinkedSite {
  readonly name: string;
  /** `undefined`: the centre, or joined to nothing. */
  readonly to: string | undefined;
}

/**
 * Every site by name, joined to the neighbour on its cheapest way to the centre.
 *
 * @param centre the site where the network comes together; by default the one with the most links
 */
export function linkSites(sites: readonly NetworkSite[], centre: string | undefined): readonly LinkedSite[] {
  const ordered = sites.toSorted((one, other) => one.name.localeCompare(other.name, 'en'));
  const root = centre ?? busiest(ordered)?.name;
  const uplinks = root === undefined ? new Map<string, string>() : cheapestUplinks(ordered, root);
  return ordered.map(({ name }) => ({ name, to: uplinks.get(name) }));
}

/**
 * A table of locations to be completed and read with `importLocations`, of sites as {@link linkSites} joins them.
 * People and bandwidth no directory knows; their columns are empty.
 */
export function sitesToLocations(sites: readonly NetworkSite[], centre: string | undefined): Sheet {
  return {
    name: 'Locations',
    columns: ['Location', 'Users', 'Connected to', 'Bandwidth Mbit/s'],
    rows: linkSites(sites, centre).map(({ name, to }) => [name, null, to ?? null, null]),
  };
}

function busiest(sites: readonly NetworkSite[]): NetworkSite | undefined {
  return sites.reduce<NetworkSite | undefined>(
    (best, site) => (best && best.links.length >= site.links.length ? best : site),
    undefined,
  );
}

/** For every site that is joined to the root, the next one on the cheapest way there. */
function cheapestUplinks(sites: readonly NetworkSite[], root: string): ReadonlyMap<string, string> {
  const linksOf = new Map(sites.map(({ name, links }) => [name, links]));
  const costs = new Map([[root, 0]]);
  const uplinks = new Map<string, string>();
  const open = new Set([root]);
  const done = new Set<string>();
  for (;;) {
    const next = [...open].reduce<string | undefined>(
      (best, name) => (best !== undefined && (costs.get(best) ?? 0) <= (costs.get(name) ?? 0) ? best : name),
      undefined,
    );
    if (next === undefined) return uplinks;
    open.delete(next);
    done.add(next);
    for (const { to, cost } of linksOf.get(next) ?? []) {
      const total = (costs.get(next) ?? 0) + cost;
      if (done.has(to) || total >= (costs.get(to) ?? Number.POSITIVE_INFINITY)) continue;
      costs.set(to, total);
      uplinks.set(to, next);
      open.add(to);
    }
  }
}
