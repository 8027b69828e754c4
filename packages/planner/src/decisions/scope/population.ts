import type { Plan, Workspace } from '../../plan-file/index.ts';
import { byName, compareText, type Network } from '../network/index.ts';

/** People by node of the network, at the end of the planned growth. */
export interface Population {
  /** What today's users are multiplied with. */
  readonly growthFactor: number;
  /** Workspaces by name; places in the lists by workspace are theirs. */
  readonly workspaces: readonly Workspace[];
  /** People based there. */
  readonly users: readonly number[];
  /** With the travellers that may come. */
  readonly maximumUsers: readonly number[];
  /** Based there, by workspace. */
  readonly residents: readonly ReadonlyMap<number, number>[];
  /** With the travellers that may come, by workspace. */
  readonly present: readonly ReadonlyMap<number, number>[];
}

/** Counts people: travellers at every location they may visit, with every workspace of the location they are from. */
export function countPeople(plan: Plan, network: Network): Population {
  const growthFactor = growthFactorOf(plan);
  const grown = (users: number): number => growUsers(users, growthFactor);
  const workspaces = [...plan.workspaces].sort(byName);
  const users = network.nodes.map(({ location }) => grown(location.users));
  const residents = network.nodes.map(() => new Map<number, number>());
  for (const [at, workspace] of workspaces.entries()) {
    for (const entry of workspace.population) {
      const counts = residents[network.indexOf.get(entry.location) ?? -1];
      if (counts && entry.users > 0) counts.set(at, (counts.get(at) ?? 0) + grown(entry.users));
    }
  }
  const maximumUsers = [...users];
  const present = residents.map((counts) => new Map(counts));
  const travellers = [...plan.travellers].sort((left, right) => compareText(left.from, right.from));
  for (const group of travellers) {
    const from = residents[network.indexOf.get(group.from) ?? -1];
    const coming = grown(group.users);
    for (const name of new Set(group.to)) {
      const to = network.indexOf.get(name) ?? -1;
      const counts = present[to];
      if (!counts || !from || name === group.from) continue;
      maximumUsers[to] = (maximumUsers[to] ?? 0) + coming;
      for (const [at, count] of from) counts.set(at, (counts.get(at) ?? 0) + Math.min(count, coming));
    }
  }
  return { growthFactor, workspaces, users, maximumUsers, residents, present };
}

/** What users are multiplied with for the end of the planned years; a shrinking plan still has to carry today. */
function growthFactorOf({ growth }: Plan): number {
  return Math.max(1, (1 + growth.usersPerYearShare) ** growth.years);
}

/** Whole people; a factor that is a rounding error above a whole number adds nobody. */
function growUsers(users: number, factor: number): number {
  return Math.ceil(users * factor - 1e-6);
}
