import type { Plan, Separation } from '../../plan-file/index.ts';
import type { InstanceReason } from '../design.ts';
import { byName, type Network, type NetworkNode } from '../network/index.ts';
import type { Population } from './population.ts';

/** People who share instances: nothing keeps them apart. */
export interface Group {
  /** The name its instances begin with. */
  readonly name: string;
  readonly reason: InstanceReason;
  readonly because: string;
  /** Centre of the network its locations are in. */
  readonly root: number;
  /** What law and organisation set apart; groups of one network with the same may share repositories. */
  readonly separations: readonly Separation[];
  /** By node, parents first. */
  readonly cells: ReadonlyMap<number, GroupCell>;
}

/** What a group has at one location. */
export interface GroupCell {
  /** People at work at the same time: all its users there, at most those based there. */
  readonly clients: number;
  /** Places of its workspaces in `Population.workspaces`. */
  readonly workspaces: readonly number[];
}

/** Splits the people of a plan by isolated network, trust, organisation and law; by name, the main group first. */
export function groupPeople(plan: Plan, network: Network, population: Population): Group[] {
  const rules = separationRules(plan);
  const untrusted = new Set(plan.trustDomains.filter(({ isTrusted }) => !isTrusted).map(({ name }) => name));
  const drafts = new Map<string, Draft>();
  for (const node of network.nodes) {
    const domain = node.location.trustDomain;
    const untrustedDomain = domain !== null && untrusted.has(domain) ? domain : undefined;
    for (const at of population.residents[node.index]?.keys() ?? []) {
      const workspace = population.workspaces[at]?.name ?? '';
      const separations = rules
        .filter((rule) => rule.holds(node.location.name, workspace))
        .map(({ of }) => of);
      const key = JSON.stringify([node.root, untrustedDomain ?? null, separations.map(({ name }) => name)]);
      const draft: Draft = drafts.get(key) ?? {
        root: node.root,
        untrustedDomain,
        separations,
        places: new Map<number, number[]>(),
      };
      drafts.set(key, draft);
      const places = draft.places.get(node.index) ?? [];
      places.push(at);
      draft.places.set(node.index, places);
    }
  }
  return nameGroups([...drafts.values()], network, population);
}

interface Draft {
  readonly root: number;
  readonly untrustedDomain: string | undefined;
  readonly separations: readonly Separation[];
  readonly places: Map<number, number[]>;
}

interface SeparationRule {
  readonly of: Separation;
  readonly holds: (location: string, workspace: string) => boolean;
}

function separationRules(plan: Plan): SeparationRule[] {
  return [...plan.separations].sort(byName).map((of) => {
    const locations = new Set(of.locations);
    const workspaces = new Set(of.workspaces);
    return {
      of,
      holds: (location, workspace) =>
        (locations.size === 0 || locations.has(location)) &&
        (workspaces.size === 0 || workspaces.has(workspace)),
    };
  });
}

function nameGroups(drafts: readonly Draft[], network: Network, population: Population): Group[] {
  const taken = new Set<string>();
  const groups = drafts.map((draft): Group & { readonly rank: number } => {
    const root = network.nodes[draft.root];
    const parts = partsOf(draft, root);
    const cells = new Map(
      [...draft.places].map(([index, workspaces]) => [index, cellOf(index, workspaces, population)]),
    );
    const [first] = parts;
    return {
      name: parts.length === 0 ? 'main' : parts.map(({ name }) => name).join(', '),
      reason: first?.reason ?? 'first',
      because:
        first === undefined
          ? 'Every plan begins with one instance.'
          : parts.map(({ because }) => because).join(' '),
      root: draft.root,
      separations: draft.separations,
      cells,
      rank: first === undefined ? 0 : 1,
    };
  });
  return groups
    .sort((left, right) => left.rank - right.rank || byName(left, right))
    .map(({ rank: _rank, ...group }) => ({ ...group, name: uniqueName(group.name, taken) }));
}

interface GroupPart {
  readonly name: string;
  readonly reason: InstanceReason;
  readonly because: string;
}

function partsOf(draft: Draft, root: NetworkNode | undefined): GroupPart[] {
  const parts: GroupPart[] = [];
  if (root?.location.isIsolated) {
    const { name } = root.location;
    parts.push({
      name,
      reason: 'isolated-network',
      because: `${name} is cut off from the other networks; instances do not work across.`,
    });
  }
  for (const { kind, name, reason } of draft.separations) {
    const because = `${kind === 'law' ? 'Law' : 'Organisation'} sets ${name} apart: ${reason}`;
    parts.push({ name, reason: kind, because: /[.!?]$/u.test(because) ? because : `${because}.` });
  }
  if (draft.untrustedDomain !== undefined) {
    parts.push({
      name: draft.untrustedDomain,
      reason: 'trust-domain',
      because: `The domain of the servers does not trust ${draft.untrustedDomain}; permissions go to users within the trust only.`,
    });
  }
  return parts;
}

function cellOf(index: number, workspaces: readonly number[], population: Population): GroupCell {
  const counts = population.residents[index];
  const together = workspaces.reduce((sum, at) => sum + (counts?.get(at) ?? 0), 0);
  return { clients: Math.min(population.users[index] ?? 0, together), workspaces };
}

function uniqueName(name: string, taken: Set<string>): string {
  let unique = name;
  for (let number = 2; taken.has(unique); number += 1) unique = `${name} (${number})`;
  taken.add(unique);
  return unique;
}
