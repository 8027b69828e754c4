import type { Network, NetworkNode } from './network.ts';

/**
 * Where a server stands nearest to its clients: the node for which the sum of clients × links between is least. How fast
 * links are does not count, so that none moves a server by becoming faster. Among equals the one nearest to the centre,
 * then the first by order of the network.
 *
 * @param weights clients by node
 * @param candidates nodes that come into question; all of them in one network
 * @returns `undefined` without a candidate
 */
export function treeMedian(
  network: Network,
  weights: ReadonlyMap<number, number>,
  candidates: readonly NetworkNode[],
): NetworkNode | undefined {
  const below = clientsBelow(network, weights);
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  const costs = new Map<number, number>();
  // Against the centre of the network: what going down one link saves those below it, and costs everybody else.
  const costOf = (node: NetworkNode): number => {
    const way: NetworkNode[] = [];
    let at: NetworkNode | undefined = node;
    for (; at && !costs.has(at.index); at = network.nodes[at.parent]) way.push(at);
    let cost = at === undefined ? 0 : (costs.get(at.index) ?? 0);
    for (const step of way.toReversed()) {
      if (step.parent >= 0) cost += total - 2 * (below.get(step.index) ?? 0);
      costs.set(step.index, cost);
    }
    return cost;
  };
  let best: { readonly node: NetworkNode; readonly cost: number } | undefined;
  for (const node of candidates) {
    const cost = costOf(node);
    const isBetter =
      best === undefined || cost < best.cost || (cost === best.cost && node.depth < best.node.depth);
    if (isBetter) best = { node, cost };
  }
  return best?.node;
}

function clientsBelow(network: Network, weights: ReadonlyMap<number, number>): Map<number, number> {
  const below = new Map<number, number>();
  const add = (index: number, count: number): void => {
    below.set(index, (below.get(index) ?? 0) + count);
  };
  for (const [index, weight] of weights) add(index, weight);
  const reached = new Set<number>();
  for (const index of weights.keys()) {
    for (let at = index; at >= 0 && !reached.has(at); at = network.nodes[at]?.parent ?? -1) reached.add(at);
  }
  // Children have higher numbers than their parents.
  for (const index of [...reached].sort((left, right) => right - left)) {
    const parent = network.nodes[index]?.parent ?? -1;
    if (parent >= 0) add(parent, below.get(index) ?? 0);
  }
  return below;
}
