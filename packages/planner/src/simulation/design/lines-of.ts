import type { Design, DistributionChoice } from '../../decisions/index.ts';
import { type Network, type NetworkNode, pathToRoot, scheduleOf } from '../../decisions/network/index.ts';
import { rateOfMbit } from '../../quantities/index.ts';
import type { Capacity } from '../engine/capacity.ts';
import type { ClientGroup, Line, LineKind } from '../engine/scenario.ts';
import { hoursOf } from './hours-of.ts';

/** The network of a design as a simulation needs it. */
export interface DesignLines {
  readonly lines: readonly Line[];
  /** The way from a choice's repository; a line that gives nothing where there is no repository in reach. */
  readonly wayOf: (choice: DistributionChoice) => Pick<ClientGroup, 'lineIds' | 'fixedSeconds'>;
}

/** Round trips of a transfer that nothing hides: names, connection, encryption, what the image is, its index. */
const roundTrips = 8;

const noReach: Line = {
  id: 'unreachable',
  kind: 'repository',
  name: 'no repository in reach',
  capacity: { workingBytesPerSecond: 0, offBytesPerSecond: 0, hours: null },
};

/** Lays every link in both directions, every repository's output, and the network of every location with one. */
export function linesOf(design: Design, network: Network): DesignLines {
  const { plan } = design;
  const links = network.nodes.flatMap(({ location }) => {
    const schedule = scheduleOf(location, plan.delivery);
    if (!schedule) return [];
    const capacity: Capacity = {
      workingBytesPerSecond: schedule.workingRate,
      offBytesPerSecond: schedule.offRate,
      hours: hoursOf(location),
    };
    return [lineOf('link', location.name, capacity), lineOf('outward-link', location.name, capacity)];
  });
  const repositoryPlaces = new Map(design.repositories.map(({ name, location }) => [name, location]));
  const wayOf = (choice: DistributionChoice): Pick<ClientGroup, 'lineIds' | 'fixedSeconds'> => {
    const place = repositoryPlaces.get(choice.repository ?? '');
    if (place === undefined) return { lineIds: [noReach.id], fixedSeconds: 0 };
    const { lineIds, latencyMs } = wayBetween(network, place, choice.location);
    return {
      lineIds: [lineId('repository', choice.repository ?? ''), ...lineIds],
      fixedSeconds: (roundTrips * latencyMs) / 1000,
    };
  };
  return { lines: [...links, ...repositoryLines(design), noReach], wayOf };
}

function repositoryLines({ plan, profile, repositories }: Design): Line[] {
  const lans = new Map(plan.locations.map((place) => [place.name, place.lanMbitPerSecond]));
  return repositories.map(({ name, location, webServers }) => {
    const lan = lans.get(location) ?? 0;
    const rate = rateOfMbit(webServers * Math.min(profile.limits.repositoryMbitPerSecond ?? lan, lan));
    const capacity = { workingBytesPerSecond: rate, offBytesPerSecond: rate, hours: null };
    return lineOf('repository', name, capacity);
  });
}

/** Up from the repository to where both ways meet, and down to the clients. */
function wayBetween(network: Network, from: string, to: string): { lineIds: string[]; latencyMs: number } {
  const above = (name: string): NetworkNode[] => pathToRoot(network, network.indexOf.get(name) ?? -1);
  const [fromPath, toPath] = [above(from), above(to)];
  const up = fromPath.filter((node) => !toPath.includes(node));
  const down = toPath.filter((node) => !fromPath.includes(node));
  return {
    lineIds: [
      ...up.map(({ location }) => lineId('outward-link', location.name)),
      ...down.map(({ location }) => lineId('link', location.name)),
    ],
    latencyMs: [...up, ...down].reduce((sum, { location }) => sum + (location.uplink?.latencyMs ?? 0), 0),
  };
}

function lineOf(kind: LineKind, name: string, capacity: Capacity): Line {
  return { id: lineId(kind, name), kind, name, capacity };
}

function lineId(kind: LineKind, name: string): string {
  return `${kind} ${name}`;
}
