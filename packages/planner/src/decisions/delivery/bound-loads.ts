import type { Delivery } from '../../plan-file/index.ts';
import { rateOfMbit, times } from '../../quantities/index.ts';
import { constantSchedule, type LinkSchedule, type Network, scheduleOf } from '../network/index.ts';
import type { Demand } from './demand.ts';
import type { Route } from './load-times.ts';
import { type Claim, secondsAlong, sharedLine } from './path-bound.ts';
import type { Payload } from './payload.ts';
import { siteKey } from './placement.ts';
import type { RepositoryLoad } from './repositories.ts';

export interface BoundLoadsInput {
  readonly network: Network;
  readonly demands: readonly Demand[];
  readonly payloads: readonly Payload[];
  readonly delivery: Delivery;
  /** By demand. */
  readonly routes: readonly Route[];
  readonly repositories: readonly RepositoryLoad[];
  /** What the computers of an office need to pass on what came over their line. */
  readonly peerSeconds: (payload: Payload, kind: 'initial' | 'update') => number;
}

/**
 * Seconds until everybody of each demand has its image over the network, at most; endless without a repository. Who
 * begins last finds as much before it as if all had begun together.
 *
 * @param isOverNetwork which demands load over the network at all
 */
export function boundLoads(
  input: BoundLoadsInput,
  kind: 'initial' | 'update',
  isOverNetwork: (demand: Demand, at: number) => boolean,
): number[] {
  const { demands, payloads, delivery, network, peerSeconds } = input;
  const ways = waysOf(input);
  const loads = demands.map((demand) => {
    const payload = payloads[demand.workspace];
    const size = (kind === 'initial' ? payload?.initialBytes : payload?.updateBytes) ?? 0;
    return { shares: demand.users, totalBytes: demand.lineCopies * size };
  });
  for (const [at, demand] of demands.entries()) {
    const load = loads[at];
    if (!load || !isOverNetwork(demand, at)) continue;
    for (const { claims } of ways[at] ?? []) addClaim(claims, demand, load);
  }
  const shared = new Map(
    [...new Set(ways.flatMap((way) => way ?? []))].map((line) => [
      line,
      sharedLine(line.schedule, [...line.claims.values()]),
    ]),
  );
  return demands.map((demand, at) => {
    const way = ways[at];
    const load = loads[at];
    const payload = payloads[demand.workspace];
    if (!way || !load || !payload) return Number.POSITIVE_INFINITY;
    // However few of an office load at a time: one of them may bring it all.
    const size = load.totalBytes / (isAmongPeers(demand) ? 1 : load.shares);
    const lan = network.nodes[demand.node]?.location.lanMbitPerSecond ?? 0;
    const ownRate = rateOfMbit(Math.min(delivery.maxRateMbitPerSecond ?? Number.POSITIVE_INFINITY, lan));
    const own = sharedLine(constantSchedule(ownRate), [{ shares: 1, totalBytes: size }]);
    const seconds = secondsAlong(size, [...way.flatMap((line) => shared.get(line) ?? []), own]);
    const afterwards = isAmongPeers(demand) ? peerSeconds(payload, kind) : 0;
    return delivery.staggerHours * 3600 + seconds + afterwards;
  });
}

interface Line {
  readonly schedule: LinkSchedule;
  /** By workspace, those whose computers help each other apart. */
  readonly claims: Map<string, Claim>;
}

/** Lines from the repository of each demand to it; `undefined` without one. */
function waysOf({
  network,
  demands,
  delivery,
  routes,
  repositories,
}: BoundLoadsInput): (Line[] | undefined)[] {
  const newLine = (schedule: LinkSchedule): Line => ({ schedule, claims: new Map() });
  const linksOf = (): (Line | undefined)[] =>
    network.nodes.map(({ location }) => {
      const schedule = scheduleOf(location, delivery);
      return schedule && newLine(schedule);
    });
  const [downward, upward] = [linksOf(), linksOf()];
  const outputs = new Map(
    repositories.map(({ site, realm, serverRate, webServers }) => [
      siteKey(site.node, realm.index),
      newLine(constantSchedule(times(serverRate, webServers))),
    ]),
  );
  return demands.map(({ realm }, at) => {
    const route = routes[at];
    const output = route?.site === undefined ? undefined : outputs.get(siteKey(route.site, realm));
    if (!route || !output) return undefined;
    return [
      output,
      ...route.down.flatMap((link) => downward[link] ?? []),
      ...route.up.flatMap((link) => upward[link] ?? []),
    ];
  });
}

const isAmongPeers = ({ lineCopies, users }: Demand): boolean => lineCopies < users;

/** Transfers of one size together; offices whose computers help each other are taken as one, which is no less. */
function addClaim(claims: Map<string, Claim>, demand: Demand, { shares, totalBytes }: Claim): void {
  const key = `${demand.workspace}/${isAmongPeers(demand)}`;
  const known = claims.get(key);
  claims.set(key, {
    shares: (known?.shares ?? 0) + shares,
    totalBytes: (known?.totalBytes ?? 0) + totalBytes,
  });
}
