import type { Location, Plan } from '../../plan-file/index.ts';
import type { Limits } from '../../profiles/index.ts';
import { rateOfMbit, transferSeconds } from '../../quantities/index.ts';
import type { Technique } from '../design.ts';
import { type Network, type NetworkNode } from '../network/index.ts';
import type { Demand } from './demand.ts';
import type { Route } from './load-times.ts';
import type { Payload } from './payload.ts';
import { type LinkPressure, type Placement, siteKey } from './placement.ts';
import type { RepositoryLoad } from './repositories.ts';

/** How the first version comes, and what kept it off the line. */
export interface TechniqueChoice {
  readonly technique: Technique;
  /** Link that is too slow for it; `undefined` where the line serves, or the plan has laid it down. */
  readonly pressure: LinkPressure | undefined;
}

/**
 * Over the network, unless the plan says otherwise or a link on the way was relieved of first versions: those are staged
 * before where software distribution is at hand, and carried on media elsewhere.
 */
export function chooseTechniques(
  network: Network,
  demands: readonly Demand[],
  placement: Placement,
): TechniqueChoice[] {
  const known = new Map<string, LinkPressure | undefined>();
  return demands.map(({ node, realm, wanted }) => {
    if (wanted !== 'decide') return { technique: wanted, pressure: undefined };
    const key = siteKey(node, realm);
    if (!known.has(key)) known.set(key, relievedAbove(network, placement, node, realm));
    const pressure = known.get(key);
    if (!pressure) return { technique: 'network', pressure };
    const hasShare = network.nodes[node]?.location.hasLibrary ?? false;
    return { technique: hasShare ? 'pre-stage' : 'removable-media', pressure };
  });
}

function relievedAbove(
  network: Network,
  { sites, relieved }: Placement,
  index: number,
  realm: number,
): LinkPressure | undefined {
  for (let node: NetworkNode | undefined = network.nodes[index]; node; node = network.nodes[node.parent]) {
    if (sites.has(siteKey(node.index, realm))) return undefined;
    const pressure = relieved.get(node.index);
    if (pressure) return pressure;
  }
  return undefined;
}

/** What decides how long a demand takes, beside the links. */
export interface LoadTimeParts {
  /** Slowest link on the way. */
  readonly route: Route;
  readonly repository: RepositoryLoad | undefined;
  readonly payload: Payload;
  readonly demand: Demand;
  /** Of the demand. */
  readonly location: Location;
}

/** Seconds until everybody of a demand has an image that comes over the network; endless without a repository. */
export function networkSeconds(
  plan: Plan,
  limits: Limits,
  kind: 'initial' | 'update',
  { route, repository, payload, demand, location }: LoadTimeParts,
): number {
  if (!repository) return Number.POSITIVE_INFINITY;
  const size = kind === 'initial' ? payload.initialBytes : payload.updateBytes;
  const served = (kind === 'initial' ? repository.initialSeconds : repository.updateSeconds)[
    demand.workspace
  ];
  const { maxRateMbitPerSecond, staggerHours } = plan.delivery;
  const ownRate = rateOfMbit(
    Math.min(maxRateMbitPerSecond ?? Number.POSITIVE_INFINITY, location.lanMbitPerSecond),
  );
  const own = transferSeconds(size, ownRate);
  const shared = Math.max(route.seconds, served ?? 0, own, staggerHours * 3600 + own);
  const isAmongPeers = demand.lineCopies < demand.users;
  // The last computer of an office begins to ask its peers when they have it.
  return isAmongPeers ? shared + peerSeconds(limits, payload, kind) : shared;
}

/** What the computers of an office need to pass on to each other what came over their line. */
export function peerSeconds(limits: Limits, payload: Payload, kind: 'initial' | 'update'): number {
  const size = kind === 'initial' ? payload.initialBytes : payload.updateBytes;
  return transferSeconds(size, rateOfMbit(limits.officePeerMbitPerSecond));
}
