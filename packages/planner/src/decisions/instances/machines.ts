import type { Plan } from '../../plan-file/index.ts';
import type { Limits } from '../../profiles/index.ts';
import type { BackupServer, DatabaseDesign, ServerDesign } from '../design.ts';
import { compareText, type Network, type NetworkNode, treeMedian } from '../network/index.ts';
import type { Group, Population } from '../scope/index.ts';
import type { InstanceShare } from './fill-instances.ts';

const secondsPerDay = 86_400;

/** The server of an instance at a location. */
export function designServer(share: InstanceShare, location: string, limits: Limits): ServerDesign {
  return {
    location,
    cores: limits.serverCores,
    clockGhz: limits.serverGhz,
    memoryGb: limits.serverMemoryGb,
    diskBytes: share.workspaces.length * limits.workspaceBytes,
  };
}

/** Bytes of an event database before any safety: clients × events a day × bytes × days. */
function databaseBytes(clients: number, { events }: Pick<Plan, 'events'>): number {
  return clients * events.perClientPerDay * events.bytes * events.daysKept;
}

/** Writes a second, one for each event: clients × events a day ÷ 86,400. */
function databaseWrites(clients: number, { events }: Pick<Plan, 'events'>): number {
  return (clients * events.perClientPerDay) / secondsPerDay;
}

/** The database of an instance, with its safety and the buffer for reports. */
export function designDatabase(
  plan: Plan,
  limits: Limits,
  share: InstanceShare,
  serverLocation: string,
  consoles: number,
): DatabaseDesign {
  const bytesBeforeSafety = databaseBytes(share.clients, plan);
  const writesPerSecond = databaseWrites(share.clients, plan);
  const operationsPerSecond = writesPerSecond * (1 + plan.events.reportShare * consoles);
  const bearable = limits.databaseWritesPerSecond;
  const isTooMuch = bearable !== null && operationsPerSecond > bearable;
  const wanted = plan.placement.database;
  return {
    placement: wanted === 'decide' ? (isTooMuch ? 'separate' : 'with-server') : wanted,
    location: serverLocation,
    bytesBeforeSafety,
    bytes: bytesBeforeSafety * plan.events.safetyFactor,
    writesPerSecond,
    operationsPerSecond,
    hasStandby: plan.recovery.databaseHours > plan.recovery.reportOutageHours,
  };
}

/** A server is backed by a second one when people would stop before it is replaced. */
export function designBackup(plan: Plan, share: InstanceShare, population: Population): BackupServer {
  const limited = share.workspaces
    .flatMap((at) => population.workspaces[at] ?? [])
    .flatMap(({ name, offlineLimitHours }) =>
      offlineLimitHours === null ? [] : [{ name, hours: offlineLimitHours }],
    )
    .sort((left, right) => left.hours - right.hours || compareText(left.name, right.name));
  const [first] = limited;
  const { serverHours } = plan.recovery;
  if (!first) {
    return {
      isNeeded: false,
      because: 'All its workspaces may be used offline without end.',
      firstStopHours: undefined,
    };
  }
  const isNeeded = first.hours < serverHours;
  return {
    isNeeded,
    because: isNeeded
      ? `${first.name} stops after ${first.hours} h without the server, which is back after ${serverHours} h.`
      : `${first.name} is the first to stop, after ${first.hours} h; the server is back after ${serverHours} h.`,
    firstStopHours: first.hours,
  };
}

/** Where the servers of a group stand, and whether anything but the links decided it. */
export interface ServerPlace {
  readonly node: NetworkNode;
  readonly because: 'plan' | 'law' | 'links' | 'no-host';
}

/** The place the plan names, within the locations of a law, and else the nearest to the group's clients. */
export function placeServer(plan: Plan, network: Network, group: Group): ServerPlace | undefined {
  const inNetwork = network.nodes.filter(({ root }) => root === group.root);
  const lawful = group.separations
    .filter(({ kind, locations }) => kind === 'law' && locations.length > 0)
    .map(({ locations }) => new Set(locations));
  const named = network.nodes[network.indexOf.get(plan.placement.server ?? '') ?? -1];
  if (lawful.length === 0 && named?.root === group.root) return { node: named, because: 'plan' };
  const allowed = inNetwork.filter(({ location }) =>
    lawful.every((locations) => locations.has(location.name)),
  );
  const weights = new Map([...group.cells].map(([index, { clients }]) => [index, clients]));
  const hosts = allowed.filter(({ location }) => location.mayHostRepository);
  const host = treeMedian(network, weights, hosts);
  if (host) return { node: host, because: lawful.length > 0 ? 'law' : 'links' };
  const node = treeMedian(network, weights, allowed) ?? treeMedian(network, weights, inNetwork);
  return node && { node, because: 'no-host' };
}
