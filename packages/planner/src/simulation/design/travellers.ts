import type { DistributionChoice } from '../../decisions/index.ts';
import type { Network } from '../../decisions/network/index.ts';
import type { Population } from '../../decisions/scope/index.ts';
import type { Plan } from '../../plan-file/index.ts';
import type { TravellerGroup } from '../engine/scenario.ts';
import { groupId } from './group-id.ts';

/** Who is where for sure, and who is in one place or another. */
export interface PlacedPeople {
  readonly travellers: readonly TravellerGroup[];
  /** People of a choice who do not travel. */
  readonly residentsOf: (choice: DistributionChoice) => number;
}

/** Takes travellers out of the people of their location; chance puts each into it or one of those they may visit. */
export function placeTravellers(
  plan: Plan,
  network: Network,
  people: Population,
  chosen: readonly DistributionChoice[],
): PlacedPeople {
  const counts = new Map<string, number>();
  for (const [node, residents] of people.residents.entries()) {
    const location = network.nodes[node]?.location.name ?? '';
    for (const [at, count] of residents) {
      counts.set(groupId({ location, workspace: people.workspaces[at]?.name ?? '' }), count);
    }
  }
  const known = new Set(chosen.map(groupId));
  const travellers = plan.travellers.flatMap(({ from, to, users }): TravellerGroup[] =>
    people.workspaces.flatMap(({ name: workspace }): TravellerGroup[] => {
      const home = groupId({ location: from, workspace });
      const residents = counts.get(home) ?? 0;
      const clients = Math.min(residents, Math.ceil(users * people.growthFactor - 1e-6));
      const places = [...new Set([from, ...to])].map((location) => groupId({ location, workspace }));
      const groupIds = places.filter((id) => known.has(id));
      if (clients === 0 || groupIds.length === 0) return [];
      counts.set(home, residents - clients);
      return [{ id: JSON.stringify([from, to.toSorted(), workspace]), clients, groupIds }];
    }),
  );
  return { travellers, residentsOf: (choice) => counts.get(groupId(choice)) ?? 0 };
}
