import { type Load, loadOf, type Resource, resources } from '../load.ts';
import { peakOf } from '../series/index.ts';
import { byUse, firstFit, type Packing, type PackingRules } from './first-fit.ts';
import { compareText, dominantShare, type Guest, type GuestInput, makeGuests, shareOf } from './guest.ts';
import { improve } from './improve.ts';
import { type LowerBound, lowerBound } from './lower-bound.ts';
import type { HostCapacity } from './open-host.ts';
import { choiceWords, misfitWords } from './words.ts';

/** A candidate with what it may share a host with. */
export interface PlacementInput extends GuestInput {
  readonly location: string;
  readonly group: string;
}

export interface PlacementRules {
  readonly capacity: HostCapacity;
  readonly intervalCount: number;
  /** Words for when an interval was, with a blank in front; empty where there is no time. */
  readonly timeOf: (interval: number) => string;
  /** Hosts that there may be at each location and group, spares left out; infinite when they are bought as needed. */
  readonly maxHosts: number;
  /** Hosts that may fail in a cluster before guests stop. */
  readonly sparesPerCluster: number;
  /** Hosts of a cluster, its spares included: 2 to 16 (L3767). */
  readonly clusterHosts: number;
}

/** Where the guests of one location and group go. */
export interface Placement {
  readonly location: string;
  readonly group: string;
  readonly hosts: readonly PlacedHost[];
  /** Hosts that stand ready for guests of failed ones. */
  readonly spareHosts: number;
  /** What the method of the book needs, spares left out. */
  readonly bookHosts: number;
  /** No placement of all guests that such a host can hold needs fewer. */
  readonly bound: LowerBound;
  readonly unplaced: readonly UnplacedGuest[];
}

export interface PlacedHost {
  readonly name: string;
  readonly guests: readonly PlacedGuest[];
  readonly peak: Load;
  /** The peak of each resource as part of what guests may use, 0 to 1. */
  readonly peakShare: Load;
  /** What the host runs out of first. */
  readonly tightest: Resource;
}

export interface PlacedGuest {
  readonly name: string;
  /** The largest part of the host that it needs of a resource at its peak, 0 to 1. */
  readonly share: number;
  /** Why it is here. */
  readonly why: string;
}

export interface UnplacedGuest {
  readonly name: string;
  readonly why: string;
}

/** Places candidates, each location and group on hosts of its own; the order of the input does not matter. */
export function place(inputs: readonly PlacementInput[], rules: PlacementRules): Placement[] {
  const parts = Map.groupBy(inputs, ({ location, group }) => JSON.stringify([location, group]));
  return [...parts.values()]
    .map((members) => placePart(members, rules))
    .sort((a, b) => compareText(a.location, b.location) || compareText(a.group, b.group));
}

function placePart(inputs: readonly PlacementInput[], rules: PlacementRules): Placement {
  const { capacity, intervalCount } = rules;
  const [{ location, group } = { location: '', group: '' }] = inputs;
  const guests = makeGuests(inputs, intervalCount);
  const packingRules: PackingRules = { capacity, intervalCount, maxHosts: rules.maxHosts };
  const book = firstFit(byUse(guests, capacity.load), packingRules);
  const bookHosts = book.hosts.length;
  const impossible = new Set(
    book.unplaced.flatMap(({ guest, misfit }) => (misfit === undefined ? [] : guest)),
  );
  const possible = guests.filter((guest) => !impossible.has(guest));
  const bound = lowerBound(possible, capacity, intervalCount);
  const best = improve(book, guests, packingRules, Math.min(bound.hosts, rules.maxHosts));
  const title = [location, group].filter((word) => word !== '').join(' / ') || 'host';
  return {
    location,
    group,
    hosts: describeHosts(best, title, rules),
    spareHosts: sparesFor(best.hosts.length, rules),
    bookHosts,
    bound,
    unplaced: best.unplaced.flatMap(({ guest, misfit }) =>
      guest.names.map((name) => ({
        name,
        why:
          misfit === undefined
            ? `no host has room, and there may be no more than ${rules.maxHosts}`
            : `${togetherWords(guest)}even an empty host ${misfitWords(misfit, rules.timeOf)}`,
      })),
    ),
  };
}

/** A cluster of so many hosts keeps its spares among them; what it saves goes into whole clusters. */
function sparesFor(hosts: number, { sparesPerCluster, clusterHosts }: PlacementRules): number {
  return hosts === 0 ? 0 : Math.ceil(hosts / Math.max(clusterHosts - sparesPerCluster, 1)) * sparesPerCluster;
}

function describeHosts(packing: Packing, title: string, rules: PlacementRules): PlacedHost[] {
  const named = packing.hosts.map((host, index) => ({ name: `${title} ${index + 1}`, host }));
  return named.map(({ name, host }, index) => {
    const limit = rules.capacity.load;
    const peak = peakOf({ intervalCount: rules.intervalCount, values: host.loads });
    const peakShare = loadOf((resource) => shareOf(peak[resource], limit[resource]));
    return {
      name,
      guests: host.guests.flatMap((guest) => {
        const share = dominantShare(guest, limit);
        const why = choiceWords(guest, named.slice(0, index), rules.timeOf);
        return guest.names.map((each) => ({ name: each, share, why }));
      }),
      peak,
      peakShare,
      tightest: resources.reduce((most, each) => (peakShare[each] > peakShare[most] ? each : most)),
    };
  });
}

function togetherWords({ names }: Guest): string {
  return names.length === 1 ? '' : `for the ${names.length} that stay together, `;
}
