import type { Plan } from '../plan-file/index.ts';
import { type ProductProfile, profileWith } from '../profiles/index.ts';
import {
  boundLoads,
  chooseTechniques,
  type Demand,
  demandsOf,
  loadRepositories,
  type Payload,
  type Placement,
  payloadsOf,
  peerSeconds,
  placeSites,
  type Realm,
  type RepositoryLoad,
  type Route,
  realmsOf,
  routeDemands,
  type TechniqueChoice,
} from './delivery/index.ts';
import { fillInstances, type InstanceShare, placeServer, type ServerPlace } from './instances/index.ts';
import { buildNetwork, type Network } from './network/index.ts';
import { countPeople, type Group, groupPeople, type Population } from './scope/index.ts';

/** Everything that decisions are made from, in the order of the network and of names. */
export interface Survey {
  readonly plan: Plan;
  readonly profile: ProductProfile;
  readonly network: Network;
  readonly population: Population;
  readonly groups: readonly Group[];
  readonly shares: readonly InstanceShare[];
  /** By name of the group. */
  readonly serverPlaces: ReadonlyMap<string, ServerPlace>;
  readonly realms: readonly Realm[];
  readonly payloads: readonly Payload[];
  readonly demands: readonly Demand[];
  readonly placement: Placement;
  readonly techniques: readonly TechniqueChoice[];
  readonly routes: Readonly<Record<'initial' | 'update', readonly Route[]>>;
  readonly repositories: readonly RepositoryLoad[];
  /** Seconds until everybody of a demand is done over the network, at most. */
  readonly bounds: Readonly<Record<'initial' | 'update', readonly number[]>>;
}

/** Works out who is where, which instances and repositories that takes, and how long everything loads. */
export function surveyPlan(plan: Plan): Survey {
  const profile = profileWith(plan.profile, plan.limits);
  const { limits } = profile;
  const network = buildNetwork(plan);
  const population = countPeople(plan, network);
  const groups = groupPeople(plan, network, population);
  const shares = fillInstances(groups, limits.clientsPerInstance);
  const serverPlaces = new Map<string, ServerPlace>();
  for (const group of groups) {
    const place = placeServer(plan, network, group);
    if (place) serverPlaces.set(group.name, place);
  }
  const realms = realmsOf(groups, shares);
  const payloads = payloadsOf(plan, population.workspaces, limits);
  const demands = demandsOf(network, population, realms, limits);
  const bases = realms.map((realm) => baseOf(realm, serverPlaces));
  const parts = {
    network,
    demands,
    realms,
    bases,
    payloads,
    delivery: plan.delivery,
    peerSeconds: (payload: Payload, kind: 'initial' | 'update') => peerSeconds(limits, payload, kind),
  };
  const placement = placeSites({
    ...parts,
    costs: plan.costs,
  });
  const techniques = chooseTechniques(network, demands, placement);
  const isOverNetwork = (_demand: Demand, at: number): boolean => techniques[at]?.technique === 'network';
  const routes = {
    initial: routeDemands({ ...parts, placement }, 'initial', isOverNetwork),
    update: routeDemands({ ...parts, placement }, 'update', () => true),
  };
  const repositories = loadRepositories({
    ...parts,
    plan,
    limits,
    workspaces: population.workspaces,
    sites: placement.sites,
    routes,
    isOverNetwork,
  });
  const bounds = {
    initial: boundLoads({ ...parts, routes: routes.initial, repositories }, 'initial', isOverNetwork),
    update: boundLoads({ ...parts, routes: routes.update, repositories }, 'update', () => true),
  };
  return {
    plan,
    profile,
    network,
    population,
    groups,
    shares,
    serverPlaces,
    realms,
    payloads,
    demands,
    placement,
    techniques,
    routes,
    repositories,
    bounds,
  };
}

/** The first repository of a realm stands beside the server with the most clients. */
function baseOf({ groups, root }: Realm, serverPlaces: ReadonlyMap<string, ServerPlace>): number {
  let base = root;
  let most = -1;
  for (const { name, cells } of groups) {
    let clients = 0;
    for (const cell of cells.values()) clients += cell.clients;
    const place = serverPlaces.get(name);
    if (!place || clients <= most) continue;
    base = place.node.index;
    most = clients;
  }
  return base;
}
