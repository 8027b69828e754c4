import { bytesOfGb } from '../quantities/index.ts';
import { mediaSeconds, networkSeconds, type RepositoryLoad, siteKey } from './delivery/index.ts';
import type { DistributionChoice, InstanceDesign, LocationDesign, RepositoryDesign } from './design.ts';
import { designBackup, designDatabase, designServer } from './instances/index.ts';
import { byName, compareText, pathToRoot } from './network/index.ts';
import type { Survey } from './survey.ts';

/** Locations by name. */
export function assembleLocations(
  survey: Survey,
  instances: readonly InstanceDesign[],
  repositories: readonly RepositoryDesign[],
): LocationDesign[] {
  const { network, population } = survey;
  const instancesAt = new Map<string, string[]>();
  for (const { name, population: places } of instances) {
    for (const { location } of places) pushTo(instancesAt, location, name);
  }
  const repositoryAt = new Map(repositories.map(({ location, name }) => [location, name]));
  return network.nodes
    .map(({ index, location }) => ({
      name: location.name,
      path: pathToRoot(network, index).map((node) => node.location.name),
      bandwidthMbitPerSecond: location.uplink?.bandwidthMbitPerSecond,
      users: population.users[index] ?? 0,
      maximumUsers: population.maximumUsers[index] ?? 0,
      instances: instancesAt.get(location.name) ?? [],
      workspaces: [...(population.present[index]?.keys() ?? [])]
        .sort((left, right) => left - right)
        .flatMap((at) => population.workspaces[at]?.name ?? []),
      repository: repositoryAt.get(location.name),
    }))
    .sort(byName);
}

/** Instances, the main group's first. */
export function assembleInstances(survey: Survey, repositoryNames: readonly string[]): InstanceDesign[] {
  const { plan, profile, network, population, shares, serverPlaces } = survey;
  const usedBy = repositoriesByInstance(survey, repositoryNames);
  return shares.map((share): InstanceDesign => {
    const location = serverPlaces.get(share.group.name)?.node.location.name ?? '';
    const consoles = consolesOf(survey, share.group.root, location);
    return {
      name: share.name,
      reason: share.reason,
      because: share.because,
      population: [...share.clientsAt]
        .map(([index, users]) => ({ location: network.nodes[index]?.location.name ?? '', users }))
        .sort((left, right) => compareText(left.location, right.location)),
      clients: share.clients,
      workspaces: share.workspaces.flatMap((at) => population.workspaces[at]?.name ?? []),
      server: designServer(share, location, profile.limits),
      backupServer: designBackup(plan, share, population),
      database: designDatabase(
        plan,
        profile.limits,
        share,
        location,
        sumOf(consoles.map(({ count }) => count)),
      ),
      consoles,
      consoleFormFactor: 'like a typical client, on a client operating system, never the server itself',
      repositories: [...(usedBy.get(share.name) ?? [])].sort(compareText),
    };
  });
}

/** Repositories in the order of the network. */
export function assembleRepositories({
  demands,
  network,
  population,
  repositories,
}: Survey): RepositoryDesign[] {
  return repositories.map((repository): RepositoryDesign => {
    const own = repository.demands.flatMap((at) => demands[at] ?? []);
    return {
      name: repository.name,
      location: repository.node.location.name,
      ...reasonOf(repository, network.nodes[repository.site.pressure?.link ?? -1]?.location.name),
      instances: [...new Set(own.map(({ instance }) => instance))].sort(compareText),
      images: repository.images,
      diskBytes: bytesOfGb(repository.storedGb),
      clients: own
        .map(({ node, workspace, users }) => ({
          location: network.nodes[node]?.location.name ?? '',
          workspace: population.workspaces[workspace]?.name ?? '',
          users,
        }))
        .sort((left, right) => compareText(left.location, right.location)),
      concurrentDownloads: repository.concurrentDownloads,
      throughputMbitPerSecond: repository.neededMbitPerSecond,
      webServers: repository.webServers,
    };
  });
}

/** A choice for each location × workspace, in the order of demands. */
export function assembleDistribution(survey: Survey): DistributionChoice[] {
  const { plan, profile, network, population, payloads, techniques, routes, bounds } = survey;
  const bySite = new Map(
    survey.repositories.map((repository) => [
      siteKey(repository.site.node, repository.realm.index),
      repository,
    ]),
  );
  return survey.demands.flatMap((demand, at): DistributionChoice[] => {
    const payload = payloads[demand.workspace];
    const initialRoute = routes.initial[at];
    const updateRoute = routes.update[at];
    const technique = techniques[at]?.technique;
    const location = network.nodes[demand.node]?.location;
    if (!payload || !initialRoute || !updateRoute || !technique || !location) return [];
    const repository =
      updateRoute.site === undefined ? undefined : bySite.get(siteKey(updateRoute.site, demand.realm));
    const parts = { repository, payload, demand, location };
    const network_ = (kind: 'initial' | 'update', route: typeof initialRoute): number =>
      networkSeconds(plan, profile.limits, kind, { ...parts, route });
    const initialLoadSeconds = {
      network: () => network_('initial', initialRoute),
      'pre-stage': () => 0,
      'removable-media': () => mediaSeconds(plan.costs, demand.users),
    }[technique]();
    const updateSeconds = network_('update', updateRoute);
    const initialBound = technique === 'network' ? bounds.initial[at] : 0;
    return [
      {
        location: location.name,
        workspace: population.workspaces[demand.workspace]?.name ?? '',
        instance: demand.instance,
        users: demand.users,
        technique,
        repository: repository?.name,
        initialBytes: payload.initialBytes,
        updateBytes: payload.updateBytes,
        initialLoadSeconds,
        firstStartSeconds:
          initialLoadSeconds * (technique === 'network' ? payload.bootBytes / payload.initialBytes || 0 : 1),
        updateSeconds,
        atMost: {
          initialLoadSeconds: Math.max(initialLoadSeconds, initialBound ?? 0),
          updateSeconds: Math.max(updateSeconds, bounds.update[at] ?? 0),
        },
        meets: {
          initialLoad: initialLoadSeconds <= payload.initialLimit,
          update: updateSeconds <= payload.updateLimit,
        },
      },
    ];
  });
}

type Reason = Pick<RepositoryDesign, 'reason' | 'because'>;

function reasonOf({ site, realm, node }: RepositoryLoad, link: string | undefined): Reason {
  const { name, isIsolated, hasLibrary, hasRepository } = node.location;
  if (hasRepository) return { reason: 'existing', because: `One stands in ${name} already and stays.` };
  if (site.pressure) {
    const because = `The link of ${link ?? name} is too slow for everybody behind it to load from beyond.`;
    return { reason: hasLibrary ? 'library' : 'link', because };
  }
  const names = realm.groups.map((group) => group.name).join(', ');
  if (realm.isSeparate) {
    return { reason: 'separation', because: `Its images are kept apart for ${names}.` };
  }
  return isIsolated
    ? { reason: 'isolated-network', because: `Nothing outside ${name} can be reached from there.` }
    : { reason: 'instance', because: `Images of ${names} have to be somewhere: beside their server.` };
}

function consolesOf(
  { plan, network }: Survey,
  root: number,
  serverLocation: string,
): { readonly location: string; readonly count: number }[] {
  const inReach = plan.consoles.filter(
    ({ location }) => network.nodes[network.indexOf.get(location) ?? -1]?.root === root,
  );
  const counts = new Map<string, number>();
  for (const { location, count } of inReach) counts.set(location, (counts.get(location) ?? 0) + count);
  if (counts.size === 0) counts.set(serverLocation, 1);
  return [...counts]
    .map(([location, count]) => ({ location, count }))
    .sort((left, right) => compareText(left.location, right.location));
}

function repositoriesByInstance(
  { repositories, demands }: Survey,
  names: readonly string[],
): Map<string, Set<string>> {
  const used = new Map<string, Set<string>>();
  for (const [at, repository] of repositories.entries()) {
    for (const demand of repository.demands) {
      const instance = demands[demand]?.instance ?? '';
      const set = used.get(instance) ?? new Set<string>();
      set.add(names[at] ?? '');
      used.set(instance, set);
    }
  }
  return used;
}

function pushTo(lists: Map<string, string[]>, key: string, value: string): void {
  const list = lists.get(key) ?? [];
  list.push(value);
  lists.set(key, list);
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
