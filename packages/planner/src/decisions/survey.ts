import type { Plan } from '../plan-file/index.ts';
import { type ProductProfile, profileWith } from '../profiles/index.ts';
import {
  chooseTechniques,
  type Demand,
  demandsOf,
  loadRepositories,
  type Payload,
  type Placement,
  payloadsOf,
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
  const bases = realms.map(
    ({ groups: [first], root }) => serverPlaces.get(first?.name ?? '')?.node.index ?? root,
  );
  const parts = { network, demands, realms, bases, payloads, delivery: plan.delivery };
  const placement = placeSites({ ...parts, costs: plan.costs });
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
  };
}
