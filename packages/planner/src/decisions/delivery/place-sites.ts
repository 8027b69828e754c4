import type { Costs, Delivery } from '../../plan-file/index.ts';
import { bytes } from '../../quantities/index.ts';
import {
  type LinkSchedule,
  type Network,
  type NetworkNode,
  pathToRoot,
  scheduleOf,
  secondsToCarry,
} from '../network/index.ts';
import { mediaCostOfComputer, mediaSeconds, repositoryCost } from './delivery-costs.ts';
import type { Demand, Realm } from './demand.ts';
import {
  addLoad,
  bytesUntilDone,
  type Copies,
  emptyLoad,
  type LineLoad,
  orderBySize,
  type SizeOrder,
} from './line-load.ts';
import type { Payload } from './payload.ts';
import { type LinkPressure, type Placement, type Site, siteKey } from './placement.ts';

export interface PlacementInput {
  readonly network: Network;
  readonly demands: readonly Demand[];
  readonly realms: readonly Realm[];
  /** Node of the first repository, by realm. */
  readonly bases: readonly number[];
  readonly payloads: readonly Payload[];
  readonly delivery: Delivery;
  readonly costs: Costs;
  /** What the computers of an office need to pass on what came over their line. */
  readonly peerSeconds: (payload: Payload, kind: 'initial' | 'update') => number;
}

/**
 * Decides where repositories stand: those that stand already, and more at slow links. Links are looked at from the
 * outside inwards, each with all that comes over it from above. One that is too slow for updates gets a repository at
 * its lower end, or below where none may stand there; one that is too slow for first versions only gets a repository or
 * media, whichever costs less.
 */
export function placeSites(input: PlacementInput): Placement {
  const work = new SitePlacement(input);
  for (let index = input.network.nodes.length - 1; index >= 0; index -= 1) work.visit(index);
  work.checkWayUp();
  return { sites: work.sites, relieved: work.relieved };
}

/** Load by realm at each node: what its uplink has to carry. */
class SitePlacement {
  readonly sites = new Map<string, Site>();
  readonly relieved = new Map<number, LinkPressure>();
  readonly #input: PlacementInput;
  readonly #loads: Map<number, LineLoad>[];
  readonly #basesAt = new Map<number, number[]>();
  readonly #sizes: Readonly<Record<'initial' | 'update', SizeOrder>>;

  constructor(input: PlacementInput) {
    this.#input = input;
    this.#loads = input.network.nodes.map(() => new Map<number, LineLoad>());
    this.#sizes = {
      initial: orderBySize(input.payloads, 'initial'),
      update: orderBySize(input.payloads, 'update'),
    };
    for (const [realm, node] of input.bases.entries()) {
      this.sites.set(siteKey(node, realm), { node, realm, pressure: undefined });
      this.#basesAt.set(node, [...(this.#basesAt.get(node) ?? []), realm]);
    }
    for (const demand of input.demands) this.#addDemand(demand);
  }

  visit(index: number): void {
    const node = this.#input.network.nodes[index];
    const loads = this.#loads[index];
    if (!node || !loads) return;
    for (const realm of this.#basesAt.get(index) ?? []) loads.delete(realm);
    if (node.location.hasRepository) this.#placeAt(node, undefined);
    const schedule = scheduleOf(node.location, this.#input.delivery);
    if (!schedule || loads.size === 0) return;
    this.#relieve(node, schedule);
    for (const [realm, load] of loads) addLoad(this.#loadAt(node.parent, realm), load);
  }

  /**
   * What a base that is not the centre gives to locations beside it goes up first. Where that is too slow a repository
   * at the centre takes it over, and where none may stand there, some nearer to those locations.
   */
  checkWayUp(): void {
    const { network, bases } = this.#input;
    for (const [realm, base] of bases.entries()) {
      const root = network.nodes[network.nodes[base]?.root ?? -1];
      if (!root || root.index === base) continue;
      const pressure = this.#upwardPressure(realm, base, root);
      if (!pressure) continue;
      if (root.location.mayHostRepository) {
        this.#placeAt(root, pressure);
      } else {
        this.#placeBelow(root, () => this.#upwardPressure(realm, base, root), pathOf(network, base));
      }
    }
  }

  /** The link between a base and the centre that is too slow for what goes up. */
  #upwardPressure(realm: number, base: number, root: NetworkNode): LinkPressure | undefined {
    const { network, delivery, payloads } = this.#input;
    const total = this.#loads[root.index]?.get(realm);
    if (!total) return undefined;
    for (const index of pathOf(network, base)) {
      const node = network.nodes[index];
      const schedule = node && scheduleOf(node.location, delivery);
      if (!schedule) continue;
      const upward = emptyLoad(payloads.length);
      addLoad(upward, total);
      const below = this.#loads[index]?.get(realm);
      if (below) addLoad(upward, below, -1);
      const pressure =
        this.#pressureOf(index, schedule, [upward], 'update') ??
        this.#pressureOf(index, schedule, [upward], 'initial');
      if (pressure) return pressure;
    }
    return undefined;
  }

  #addDemand({ node, realm, workspace, wanted, lineCopies, users }: Demand): void {
    const { costs, network, payloads } = this.#input;
    const load = this.#loadAt(node, realm);
    const add = (copies: Copies): void => {
      copies[workspace] = (copies[workspace] ?? 0) + lineCopies;
    };
    add(load.update);
    if (lineCopies < users) load.peers[workspace] = 1;
    const hasShare = network.nodes[node]?.location.hasLibrary ?? false;
    const limit = payloads[workspace]?.initialLimit ?? 0;
    const canWait = hasShare || mediaSeconds(costs, users) <= limit;
    if (wanted === 'network' || (wanted === 'decide' && !canWait)) {
      add(load.initial);
    } else if (wanted === 'decide') {
      add(load.open);
      load.mediaCost += hasShare ? 0 : users * mediaCostOfComputer(costs);
    }
  }

  #loadAt(index: number, realm: number): LineLoad {
    const loads = this.#loads[index];
    const load = loads?.get(realm) ?? emptyLoad(this.#input.payloads.length);
    loads?.set(realm, load);
    return load;
  }

  #relieve(node: NetworkNode, schedule: LinkSchedule): void {
    const loads = this.#loads[node.index];
    if (!loads) return;
    const forced = (): LinkPressure | undefined =>
      this.#pressureOf(node.index, schedule, [...loads.values()], 'update') ??
      this.#pressureOf(node.index, schedule, [...loads.values()], 'initial', false);
    const first = forced();
    if (first) {
      if (node.location.mayHostRepository) this.#placeAt(node, first);
      else this.#placeBelow(node, forced);
    }
    const pressure = this.#pressureOf(node.index, schedule, [...loads.values()], 'initial');
    if (!pressure) return;
    const mediaCost = [...loads.values()].reduce((sum, load) => sum + load.mediaCost, 0);
    if (node.location.mayHostRepository && repositoryCost(node, this.#input.costs) <= mediaCost) {
      this.#placeAt(node, pressure);
      return;
    }
    this.relieved.set(node.index, pressure);
    for (const load of loads.values()) {
      load.open.fill(0);
      load.mediaCost = 0;
    }
  }

  #placeAt(node: NetworkNode, pressure: LinkPressure | undefined): void {
    const loads = this.#loads[node.index];
    for (const realm of loads?.keys() ?? []) {
      this.sites.set(siteKey(node.index, realm), { node: node.index, realm, pressure });
    }
    loads?.clear();
  }

  /** Repositories below a link whose end may hold none: where most comes over it first, until it is fast enough. */
  #placeBelow(
    node: NetworkNode,
    forced: () => LinkPressure | undefined,
    passedOver: ReadonlySet<number> = new Set(),
  ): void {
    const candidates = this.#hostsBelow(node, passedOver)
      .map((host) => ({ host, weight: this.#bytesOver(host.index) }))
      .sort((left, right) => right.weight - left.weight || left.host.index - right.host.index);
    for (const { host } of candidates) {
      const pressure = forced();
      if (!pressure) return;
      this.#takeOff(host, node.index);
      this.#placeAt(host, pressure);
    }
  }

  #takeOff(host: NetworkNode, until: number): void {
    const { nodes } = this.#input.network;
    const taken = [...(this.#loads[host.index] ?? [])];
    for (let index = host.index; index !== until; ) {
      index = nodes[index]?.parent ?? until;
      for (const [realm, load] of taken) {
        const above = this.#loads[index]?.get(realm);
        if (above) addLoad(above, load, -1);
      }
    }
  }

  /** The nearest locations below that may hold a repository and have something over their link. */
  #hostsBelow(node: NetworkNode, passedOver: ReadonlySet<number>): NetworkNode[] {
    const hosts: NetworkNode[] = [];
    const waiting = [...node.children];
    for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
      const child = this.#input.network.nodes[index];
      if (!child || (this.#bytesOver(index) === 0 && !passedOver.has(index))) continue;
      if (child.location.mayHostRepository && !passedOver.has(index)) hosts.push(child);
      else waiting.push(...child.children);
    }
    return hosts;
  }

  #bytesOver(index: number): number {
    let sum = 0;
    for (const { initial, open, update } of this.#loads[index]?.values() ?? []) {
      for (const [at, payload] of this.#input.payloads.entries()) {
        sum +=
          ((initial[at] ?? 0) + (open[at] ?? 0)) * payload.initialBytes +
          (update[at] ?? 0) * payload.updateBytes;
      }
    }
    return sum;
  }

  /** The workspace that misses its service level by most over a link; `undefined` when all meet it. */
  #pressureOf(
    link: number,
    schedule: LinkSchedule,
    loads: readonly LineLoad[],
    kind: 'initial' | 'update',
    isOpenCounted = true,
  ): LinkPressure | undefined {
    const { payloads, peerSeconds } = this.#input;
    const copies = new Float64Array(payloads.length);
    const hasPeers = new Set<number>();
    for (const load of loads) {
      for (const [at, count] of load.peers.entries()) if (count > 0) hasPeers.add(at);
      const counted = kind === 'update' ? load.update : load.initial;
      for (let at = 0; at < copies.length; at += 1) {
        const open = kind === 'initial' && isOpenCounted ? (load.open[at] ?? 0) : 0;
        copies[at] = (copies[at] ?? 0) + (counted[at] ?? 0) + open;
      }
    }
    const totals = bytesUntilDone(copies, this.#sizes[kind]);
    let worst: LinkPressure | undefined;
    let mostOver = 0;
    for (const [workspace, payload] of payloads.entries()) {
      const totalBytes = totals[workspace] ?? 0;
      if (totalBytes === 0) continue;
      const limitSeconds = kind === 'initial' ? payload.initialLimit : payload.updateLimit;
      const afterwards = hasPeers.has(workspace) ? peerSeconds(payload, kind) : 0;
      const seconds = secondsToCarry(bytes(totalBytes), schedule) + afterwards;
      if (seconds - limitSeconds <= mostOver) continue;
      worst = { link, kind, workspace, totalBytes, seconds, limitSeconds };
      mostOver = seconds - limitSeconds;
    }
    return worst;
  }
}

/** Nodes from one up to the centre. */
function pathOf(network: Network, index: number): ReadonlySet<number> {
  return new Set(pathToRoot(network, index).map((node) => node.index));
}
