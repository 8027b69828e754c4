import type { Network } from '../network/index.ts';
import type { Demand } from './demand.ts';

/**
 * People who lose contact with their server when a link breaks: those on its other side, by node at its lower end and
 * by workspace.
 *
 * @param serverOf node of the server that a demand's people contact
 */
export function cutOffByLink(
  network: Network,
  demands: readonly Demand[],
  serverOf: (demand: Demand) => number | undefined,
): ReadonlyMap<number, number>[] {
  const totals = new Map<string, Contact>();
  const behind = network.nodes.map(() => new Map<string, number>());
  for (const demand of demands) {
    const server = serverOf(demand);
    if (server === undefined) continue;
    const key = `${server}/${demand.workspace}`;
    const known = totals.get(key);
    const users = (known?.users ?? 0) + demand.users;
    totals.set(key, { server, workspace: demand.workspace, root: network.nodes[server]?.root ?? -1, users });
    addTo(behind[demand.node], key, demand.users);
  }
  const sizes = new Array<number>(network.nodes.length).fill(1);
  for (let index = network.nodes.length - 1; index >= 0; index -= 1) {
    const parent = network.nodes[index]?.parent ?? -1;
    if (parent < 0) continue;
    sizes[parent] = (sizes[parent] ?? 1) + (sizes[index] ?? 1);
    for (const [key, users] of behind[index] ?? []) addTo(behind[parent], key, users);
  }
  return network.nodes.map(({ index, root, parent }) => {
    const cut = new Map<number, number>();
    if (parent < 0) return cut;
    // What is below a node follows it in the network.
    const end = index + (sizes[index] ?? 1);
    for (const [key, contact] of totals) {
      if (contact.root !== root) continue;
      const below = behind[index]?.get(key) ?? 0;
      const users = contact.server >= index && contact.server < end ? contact.users - below : below;
      if (users > 0) cut.set(contact.workspace, (cut.get(contact.workspace) ?? 0) + users);
    }
    return cut;
  });
}

interface Contact {
  readonly server: number;
  readonly workspace: number;
  readonly root: number;
  readonly users: number;
}

function addTo(counts: Map<string, number> | undefined, key: string, users: number): void {
  counts?.set(key, (counts.get(key) ?? 0) + users);
}
