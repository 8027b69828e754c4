import type { Workspace } from '../../plan-file/index.ts';
import type { Limits } from '../../profiles/index.ts';
import type { InstanceShare } from '../instances/index.ts';
import type { Network } from '../network/index.ts';
import type { Group, Population } from '../scope/index.ts';
import { peerCopiesOf } from './payload.ts';

/** Groups of one network that may share repositories: nothing but users or trust keeps them apart. */
export interface Realm {
  readonly index: number;
  readonly root: number;
  readonly groups: readonly Group[];
  readonly instances: readonly InstanceShare[];
  /** Whether law or organisation keeps its images apart. */
  readonly isSeparate: boolean;
}

/** The people of a workspace who may load at a location. */
export interface Demand {
  readonly node: number;
  /** Place in `Population.workspaces`. */
  readonly workspace: number;
  readonly realm: number;
  readonly instance: string;
  /** With visitors. */
  readonly users: number;
  /** Computers based there, which is where media are brought to. */
  readonly residents: number;
  readonly wanted: Workspace['distribution'];
  /** Copies that cross the line of the location, fewer than users where they help each other. */
  readonly lineCopies: number;
}

export function realmsOf(groups: readonly Group[], shares: readonly InstanceShare[]): Realm[] {
  const byKey = new Map<string, Group[]>();
  for (const group of groups) {
    const key = JSON.stringify([group.root, group.separations.map(({ name }) => name)]);
    const alike = byKey.get(key) ?? [];
    byKey.set(key, [...alike, group]);
  }
  return [...byKey.values()].map((alike, index) => ({
    index,
    root: alike[0]?.root ?? 0,
    groups: alike,
    instances: shares.filter(({ group }) => alike.includes(group)),
    isSeparate: (alike[0]?.separations.length ?? 0) > 0,
  }));
}

/** Every location × workspace that somebody may load at, in the order of the network and of names. */
export function demandsOf(
  network: Network,
  population: Population,
  realms: readonly Realm[],
  limits: Limits,
): Demand[] {
  const homes = homesOf(realms);
  const laidDown = population.workspaces.map(
    (workspace) => new Map(workspace.population.map((entry) => [entry.location, entry.distribution])),
  );
  return network.nodes.flatMap((node) => {
    const counts = [...(population.present[node.index] ?? [])].sort(([left], [right]) => left - right);
    return counts.flatMap(([at, users]): Demand[] => {
      const workspace = population.workspaces[at];
      const home =
        homes.resident.get(`${node.index}/${at}`) ??
        homes.visitor.get(`${node.root}/${at}`) ??
        homes.network.get(node.root);
      if (!workspace || !home || users === 0) return [];
      const helps = limits.hasOfficePeers && node.location.hasOfficePeers;
      return [
        {
          node: node.index,
          workspace: at,
          realm: home.realm,
          instance: home.instance,
          users,
          residents: population.residents[node.index]?.get(at) ?? 0,
          wanted: laidDown[at]?.get(node.location.name) ?? workspace.distribution,
          lineCopies: helps ? Math.min(users, peerCopiesOf(limits)) : users,
        },
      ];
    });
  });
}

interface Home {
  readonly realm: number;
  readonly instance: string;
}

/** Where the people of a workspace belong: at their location, as visitors in a network, and in a network at all. */
function homesOf(realms: readonly Realm[]): Readonly<Record<'resident' | 'visitor', Map<string, Home>>> & {
  readonly network: Map<number, Home>;
} {
  const resident = new Map<string, Home>();
  const visitor = new Map<string, Home>();
  const network = new Map<number, Home>();
  const keep = <K>(homes: Map<K, Home>, key: K, home: Home): void => {
    if (!homes.has(key)) homes.set(key, home);
  };
  for (const realm of realms) {
    for (const share of realm.instances) {
      const home = { realm: realm.index, instance: share.name };
      keep(network, realm.root, home);
      for (const index of share.clientsAt.keys()) {
        for (const at of share.group.cells.get(index)?.workspaces ?? []) {
          keep(resident, `${index}/${at}`, home);
          keep(visitor, `${realm.root}/${at}`, home);
        }
      }
    }
  }
  return { resident, visitor, network };
}
