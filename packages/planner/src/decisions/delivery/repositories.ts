import type { Plan, Workspace } from '../../plan-file/index.ts';
import type { Limits } from '../../profiles/index.ts';
import {
  type BytesPerSecond,
  bytes,
  mbitOfRate,
  rateOfMbit,
  transferSeconds,
} from '../../quantities/index.ts';
import type { Network, NetworkNode } from '../network/index.ts';
import type { Demand, Realm } from './demand.ts';
import { bytesUntilDone, orderBySize } from './line-load.ts';
import type { Route } from './load-times.ts';
import { type ImageSizes, type Payload, sizesOf } from './payload.ts';
import type { Site } from './placement.ts';

/** A repository with what it has to bear. */
export interface RepositoryLoad {
  readonly name: string;
  readonly site: Site;
  readonly node: NetworkNode;
  readonly realm: Realm;
  readonly isLibrary: boolean;
  readonly images: readonly string[];
  readonly storedGb: number;
  /** Places in the list of demands. */
  readonly demands: readonly number[];
  readonly concurrentDownloads: number;
  /** What all service levels together ask of it. */
  readonly neededMbitPerSecond: number;
  /** What one of its web servers gives out. */
  readonly serverRate: BytesPerSecond;
  readonly webServers: number;
  /** Until all its clients are done as far as it decides, by workspace. */
  readonly initialSeconds: Float64Array;
  readonly updateSeconds: Float64Array;
}

export interface RepositoriesInput {
  readonly plan: Plan;
  readonly limits: Limits;
  readonly network: Network;
  readonly workspaces: readonly Workspace[];
  readonly demands: readonly Demand[];
  readonly realms: readonly Realm[];
  readonly payloads: readonly Payload[];
  readonly sites: ReadonlyMap<string, Site>;
  /** Of first versions and of updates, by demand. */
  readonly routes: Readonly<Record<'initial' | 'update', readonly Route[]>>;
  readonly isOverNetwork: (demand: Demand, at: number) => boolean;
  /** What the computers of an office need to pass on what came over their line. */
  readonly peerSeconds: (payload: Payload, kind: 'initial' | 'update') => number;
}

/** What each repository holds and must give out; those that nobody loads from are left out. */
export function loadRepositories(input: RepositoriesInput): RepositoryLoad[] {
  const bySite = new Map<string, number[]>();
  for (const [at, demand] of input.demands.entries()) {
    const site = input.routes.update[at]?.site;
    if (site === undefined) continue;
    const key = `${site}/${demand.realm}`;
    const list = bySite.get(key) ?? [];
    list.push(at);
    bySite.set(key, list);
  }
  const images = new Map(input.plan.images.map((image) => [image.name, sizesOf(image, input.limits)]));
  const repositories: RepositoryLoad[] = [];
  for (const [key, site] of input.sites) {
    const node = input.network.nodes[site.node];
    const realm = input.realms[site.realm];
    const demands = bySite.get(key);
    if (node && realm && demands) repositories.push(loadOf(input, { site, node, realm, demands }, images));
  }
  return repositories.sort(
    (left, right) => left.site.node - right.site.node || left.realm.index - right.realm.index,
  );
}

type Part = Pick<RepositoryLoad, 'site' | 'node' | 'realm' | 'demands'>;

function loadOf(
  input: RepositoriesInput,
  part: Part,
  images: ReadonlyMap<string, ImageSizes>,
): RepositoryLoad {
  const { demands, limits, payloads, workspaces } = input;
  const names = new Set<string>();
  const withPeers = new Set<number>();
  const initial = new Float64Array(payloads.length);
  const update = new Float64Array(payloads.length);
  let concurrentDownloads = 0;
  let neededMbitPerSecond = 0;
  for (const at of part.demands) {
    const demand = demands[at];
    const payload = demand && payloads[demand.workspace];
    if (!payload) continue;
    if (demand.lineCopies < demand.users) withPeers.add(demand.workspace);
    names.add(workspaces[demand.workspace]?.image ?? '');
    const copies = input.isOverNetwork(demand, at) ? demand.lineCopies : 0;
    initial[demand.workspace] = (initial[demand.workspace] ?? 0) + copies;
    update[demand.workspace] = (update[demand.workspace] ?? 0) + demand.lineCopies;
    concurrentDownloads += demand.users;
    neededMbitPerSecond += neededRate(payload, copies, demand.lineCopies);
  }
  const serverRate = rateOfMbit(
    Math.min(limits.repositoryMbitPerSecond ?? Number.POSITIVE_INFINITY, part.node.location.lanMbitPerSecond),
  );
  const initialOfOne = secondsFrom(serverRate, bytesUntilDone(initial, orderBySize(payloads, 'initial')));
  const updateOfOne = secondsFrom(serverRate, bytesUntilDone(update, orderBySize(payloads, 'update')));
  const webServers = Math.max(
    1,
    Math.ceil(neededMbitPerSecond / mbitOfRate(serverRate)),
    ...payloads.map((payload, at) =>
      Math.max(
        serversFor(
          initialOfOne[at] ?? 0,
          payload.initialLimit,
          withPeers.has(at) ? input.peerSeconds(payload, 'initial') : 0,
        ),
        serversFor(
          updateOfOne[at] ?? 0,
          payload.updateLimit,
          withPeers.has(at) ? input.peerSeconds(payload, 'update') : 0,
        ),
      ),
    ),
  );
  return {
    ...part,
    name: repositoryName(part),
    isLibrary: part.node.location.hasLibrary,
    images: [...names].sort(),
    storedGb: [...names].reduce((sum, name) => sum + (images.get(name)?.storedGb ?? 0), 0),
    concurrentDownloads,
    neededMbitPerSecond,
    serverRate,
    webServers,
    initialSeconds: initialOfOne.map((time) => time / webServers),
    updateSeconds: updateOfOne.map((time) => time / webServers),
  };
}

/** Web servers that finish in time what takes one of them so long, and leave peers the time they need. */
function serversFor(secondsOfOne: number, limitSeconds: number, afterwardsSeconds: number): number {
  const left = limitSeconds - afterwardsSeconds;
  return Math.ceil(secondsOfOne / (left > 0 ? left : limitSeconds));
}

/** Mbit/s at which all of a demand is done within its service level, for the more demanding of both. */
function neededRate(payload: Payload, initialCopies: number, updateCopies: number): number {
  const initial = (initialCopies * payload.initialBytes) / payload.initialLimit;
  const update = (updateCopies * payload.updateBytes) / payload.updateLimit;
  return (Math.max(initial, update) * 8) / 1e6;
}

function secondsFrom(rate: BytesPerSecond, totals: Float64Array): Float64Array {
  return totals.map((total) => transferSeconds(bytes(total), rate));
}

/** Realms of one location are told apart by the first of their groups. */
function repositoryName({ node, realm }: Part): string {
  const [group] = realm.groups;
  return realm.isSeparate && group ? `${node.location.name} (${group.name})` : node.location.name;
}
