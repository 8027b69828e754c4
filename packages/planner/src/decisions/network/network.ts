import type { Location, Plan } from '../../plan-file/index.ts';

/** A location in the tree of uplinks. */
export interface NetworkNode {
  /** Its place in `Network.nodes`, and so in every list by location. */
  readonly index: number;
  readonly location: Location;
  /** Node at the other end of its uplink; -1 for a centre. */
  readonly parent: number;
  /** By name. */
  readonly children: readonly number[];
  /** The centre of its network, itself for a centre. */
  readonly root: number;
  /** Links to the centre. */
  readonly depth: number;
}

/** The locations of a plan as a forest: one tree for each network. */
export interface Network {
  /** Parents before children, neighbours beside each other; the same for every order of the plan. */
  readonly nodes: readonly NetworkNode[];
  readonly indexOf: ReadonlyMap<string, number>;
}

/** The forest of a plan whose uplinks were checked: every one leads to a location, and none in a circle. */
export function buildNetwork(plan: Plan): Network {
  const childrenOf = new Map<string, Location[]>();
  const roots: Location[] = [];
  for (const location of [...plan.locations].sort(byName)) {
    const siblings = location.uplink === null ? roots : listAt(childrenOf, location.uplink.to);
    siblings.push(location);
  }
  const nodes: (NetworkNode & { readonly children: number[] })[] = [];
  const indexOf = new Map<string, number>();
  const waiting: { readonly location: Location; readonly parent: number }[] = roots
    .map((location) => ({ location, parent: -1 }))
    .reverse();
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { location, parent } = next;
    const index = nodes.length;
    const above = nodes[parent];
    nodes.push({
      index,
      location,
      parent,
      children: [],
      root: above?.root ?? index,
      depth: above ? above.depth + 1 : 0,
    });
    indexOf.set(location.name, index);
    above?.children.push(index);
    for (const child of (childrenOf.get(location.name) ?? []).toReversed()) {
      waiting.push({ location: child, parent: index });
    }
  }
  return { nodes, indexOf };
}

/** The way to the centre, the node itself first. */
export function pathToRoot(network: Network, index: number): NetworkNode[] {
  const path: NetworkNode[] = [];
  for (let node = network.nodes[index]; node; node = network.nodes[node.parent]) path.push(node);
  return path;
}

/** Order by name, the same on every machine. */
export function byName(left: { readonly name: string }, right: { readonly name: string }): number {
  return compareText(left.name, right.name);
}

/** Order of code units, the same on every machine. */
export function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function listAt<T>(lists: Map<string, T[]>, key: string): T[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}
