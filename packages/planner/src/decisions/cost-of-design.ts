import type { Plan } from '../plan-file/index.ts';
import { gbOfBytes, hoursOfSeconds } from '../quantities/index.ts';
import type { CostItem, DesignCost, DistributionChoice, InstanceDesign, RepositoryDesign } from './design.ts';

/** What a design costs to set up and to keep, by kind of thing; only what it has. */
export function costOfDesign(
  plan: Plan,
  instances: readonly InstanceDesign[],
  repositories: readonly RepositoryDesign[],
  distribution: readonly DistributionChoice[],
): DesignCost {
  const { costs } = plan;
  const libraries = new Set(plan.locations.filter(({ hasLibrary }) => hasLibrary).map(({ name }) => name));
  const serverPlaces = new Set(instances.map(({ server }) => server.location));
  const local = repositories.filter(
    ({ location }) => !libraries.has(location) && !serverPlaces.has(location),
  );
  const carried = distribution.filter(({ technique }) => technique === 'removable-media');
  const computers = carried.reduce((sum, { users }) => sum + users, 0);
  const media = carried.reduce((sum, { users }) => sum + Math.ceil(users / costs.computersPerMedium), 0);
  const storedGb =
    instances.reduce((sum, { database, server }) => sum + gbOfBytes(database.bytes + server.diskBytes), 0) +
    repositories.reduce((sum, { diskBytes }) => sum + gbOfBytes(diskBytes), 0);
  const links = plan.locations.flatMap(({ uplink }) =>
    uplink !== null && uplink.monthlyCost > 0 ? uplink.monthlyCost : [],
  );
  const mediumHours = hoursOfSeconds(costs.mediumMinutesPerComputer * 60);
  const items: CostItem[] = [
    item('management servers', instances.length, 0, costs.serverMonthly),
    item(
      'backup servers',
      countOf(instances, ({ backupServer }) => backupServer.isNeeded),
      0,
      costs.serverMonthly,
    ),
    item(
      'database servers',
      countOf(instances, ({ database }) => database.placement === 'separate'),
      0,
      costs.serverMonthly,
    ),
    item(
      'standby databases',
      countOf(instances, ({ database }) => database.hasStandby),
      0,
      costs.serverMonthly,
    ),
    item('local repositories', local.length, 0, costs.repositoryMonthly),
    item(
      'further web servers',
      repositories.reduce((sum, { webServers }) => sum + webServers - 1, 0),
      0,
      costs.serverMonthly,
    ),
    item('GB of storage', storedGb, 0, costs.storageGbMonthly),
    item('removable media', media, costs.mediumOneOff, 0),
    item('computers served by media', computers, mediumHours * costs.workHour, 0),
    item('links', links.length, 0, links.length === 0 ? 0 : sumOf(links) / links.length),
  ].filter(({ count }) => count > 0);
  const oneOff = sumOf(items.map((row) => row.count * row.oneOff));
  const monthly = sumOf(items.map((row) => row.count * row.monthly));
  return { currency: costs.currency, oneOff, monthly, total: oneOff + monthly * costs.months, items };
}

function item(name: string, count: number, oneOff: number, monthly: number): CostItem {
  return { name, count, oneOff, monthly };
}

function countOf<T>(things: readonly T[], isCounted: (thing: T) => boolean): number {
  return things.filter(isCounted).length;
}

function sumOf(amounts: readonly number[]): number {
  return amounts.reduce((sum, amount) => sum + amount, 0);
}
