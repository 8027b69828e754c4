import type { Delivery } from '../../plan-file/index.ts';
import { type Network, type NetworkNode, scheduleOf } from '../network/index.ts';
import type { Demand } from './demand.ts';
import { type Copies, orderBySize, secondsUntilDone } from './line-load.ts';
import type { Payload } from './payload.ts';
import { type Placement, siteKey } from './placement.ts';

/** What a link carries when everybody loads at once. */
export interface LinkUse {
  /** Copies that come down to the location, by workspace. */
  readonly downward: Copies;
  /** Copies that a repository below gives to locations beside it. */
  readonly upward: Copies;
}

/** Where a demand loads from, and what its line takes. */
export interface Route {
  /** Node of the repository; `undefined` for none in reach. */
  readonly site: number | undefined;
  readonly seconds: number;
  /** Lower end of the link that takes longest; `undefined` when the repository is in the location. */
  readonly bottleneck: number | undefined;
  /** Links down to the location, and those up from the repository before. */
  readonly down: readonly number[];
  readonly up: readonly number[];
}

export interface LoadTimesInput {
  readonly network: Network;
  readonly demands: readonly Demand[];
  readonly bases: readonly number[];
  readonly payloads: readonly Payload[];
  readonly delivery: Delivery;
  readonly placement: Pick<Placement, 'sites'>;
}

/**
 * When the last computer of each demand is done, as far as links decide: the slowest of all links between it and its
 * repository, each shared by everything that comes over it.
 *
 * @param isOverNetwork which demands load over the network at all
 */
export function routeDemands(
  input: LoadTimesInput,
  kind: 'initial' | 'update',
  isOverNetwork: (demand: Demand, at: number) => boolean,
): Route[] {
  const ways = waysOf(input);
  const uses = new Map<number, LinkUse>();
  for (const [at, demand] of input.demands.entries()) {
    const way = ways[at];
    if (!way || !isOverNetwork(demand, at)) continue;
    for (const link of way.down) count(useOf(uses, link, input), 'downward', demand);
    for (const link of way.up) count(useOf(uses, link, input), 'upward', demand);
  }
  const sizes = orderBySize(input.payloads, kind);
  const times = new Map<number, Readonly<Record<keyof LinkUse, Float64Array>>>();
  for (const [link, use] of uses) {
    const node = input.network.nodes[link];
    const schedule = node && scheduleOf(node.location, input.delivery);
    if (!schedule) continue;
    times.set(link, {
      downward: secondsUntilDone(use.downward, sizes, schedule),
      upward: secondsUntilDone(use.upward, sizes, schedule),
    });
  }
  return input.demands.map(({ workspace }, at) => {
    const way = ways[at];
    let seconds = 0;
    let bottleneck: number | undefined;
    for (const direction of ['downward', 'upward'] as const) {
      for (const link of (direction === 'downward' ? way?.down : way?.up) ?? []) {
        const taken = times.get(link)?.[direction][workspace] ?? 0;
        if (taken > seconds) [seconds, bottleneck] = [taken, link];
      }
    }
    return { site: way?.site, seconds, bottleneck, down: way?.down ?? [], up: way?.up ?? [] };
  });
}

function waysOf(input: LoadTimesInput): (Way | undefined)[] {
  const known = new Map<string, Way | undefined>();
  return input.demands.map((demand) => {
    const key = siteKey(demand.node, demand.realm);
    if (!known.has(key)) known.set(key, wayOf(input, demand));
    return known.get(key);
  });
}

/** The way from a demand's repository: the nearest towards the centre, else the first of its realm. */
function wayOf({ network, placement, bases }: LoadTimesInput, demand: Demand): Way | undefined {
  const down: number[] = [];
  let node: NetworkNode | undefined = network.nodes[demand.node];
  for (; node; node = network.nodes[node.parent]) {
    if (placement.sites.has(siteKey(node.index, demand.realm))) return { site: node.index, down, up: [] };
    if (node.parent >= 0) down.push(node.index);
  }
  const base = network.nodes[bases[demand.realm] ?? -1];
  if (!base || base.root !== network.nodes[demand.node]?.root) return undefined;
  const fromHere = new Set(down);
  const shared = new Set<number>();
  const up: number[] = [];
  for (let at: NetworkNode | undefined = base; at && at.parent >= 0; at = network.nodes[at.parent]) {
    if (fromHere.has(at.index)) shared.add(at.index);
    else up.push(at.index);
  }
  return { site: base.index, down: down.filter((link) => !shared.has(link)), up };
}

interface Way {
  readonly site: number;
  readonly down: readonly number[];
  readonly up: readonly number[];
}

function useOf(uses: Map<number, LinkUse>, link: number, { payloads }: LoadTimesInput): LinkUse {
  const present = uses.get(link);
  if (present) return present;
  const use = { downward: new Float64Array(payloads.length), upward: new Float64Array(payloads.length) };
  uses.set(link, use);
  return use;
}

function count(use: LinkUse, direction: keyof LinkUse, { workspace, lineCopies }: Demand): void {
  use[direction][workspace] = (use[direction][workspace] ?? 0) + lineCopies;
}
