import type { Design, DistributionChoice, RepositoryDesign } from '../decisions/index.ts';
import type { Workspace } from '../plan-file/index.ts';
import type { PathStep, PlanEdit } from './plan-path.ts';

/**
 * What to change in the plan of a design so that it stays as it is: local repositories stand already, none may stand
 * anywhere else but beside servers, and first versions come as they do. The plan then has the same design, and a wider
 * link only makes it faster: nothing that it saves is taken away.
 */
export function settlePlan(design: Design): PlanEdit[] {
  return [
    ...settleRepositories(design),
    ...design.plan.workspaces.flatMap((workspace) => settleTechniques(workspace, design.distribution)),
  ];
}

const isLocal = ({ reason }: RepositoryDesign): boolean => reason === 'link' || reason === 'library';

function settleRepositories({ plan, repositories, instances }: Design): PlanEdit[] {
  const local = new Set(repositories.filter(isLocal).map(({ location }) => location));
  const servers = new Set(instances.map(({ server }) => server.location));
  return plan.locations.flatMap(({ name, hasRepository, mayHostRepository }): PlanEdit[] => {
    const at = [field('locations'), row(name)];
    if (hasRepository) return [];
    if (local.has(name)) return [{ path: [...at, field('hasRepository')], value: true }];
    const isClosed = !mayHostRepository || servers.has(name);
    return isClosed ? [] : [{ path: [...at, field('mayHostRepository')], value: false }];
  });
}

/** For the workspace where it comes alike everywhere, else by location. */
function settleTechniques(workspace: Workspace, distribution: readonly DistributionChoice[]): PlanEdit[] {
  if (workspace.distribution !== 'decide') return [];
  const choices = distribution.filter((choice) => choice.workspace === workspace.name);
  const [first] = choices;
  const at = [field('workspaces'), row(workspace.name)];
  if (first && choices.every(({ technique }) => technique === first.technique)) {
    return [{ path: [...at, field('distribution')], value: first.technique }];
  }
  const known = new Set(workspace.population.map(({ location }) => location));
  const visited = choices.filter(({ location }) => !known.has(location));
  const techniques = new Map(choices.map(({ location, technique }) => [location, technique]));
  if (visited.length === 0) {
    return workspace.population.flatMap(({ location, distribution: laidDown }): PlanEdit[] => {
      const value = techniques.get(location);
      const path = [...at, field('population'), row(location), field('distribution')];
      return laidDown !== null || value === undefined ? [] : [{ path, value }];
    });
  }
  // Who only visits a location has no row there yet.
  const rows = [
    ...workspace.population.map((entry) => ({
      ...entry,
      distribution: entry.distribution ?? techniques.get(entry.location) ?? null,
    })),
    ...visited.map(({ location, technique }) => ({ location, users: 0, distribution: technique })),
  ];
  return [{ path: [...at, field('population')], value: rows }];
}

function field(name: string): PathStep {
  return { kind: 'field', name };
}

function row(name: string): PathStep {
  return { kind: 'row', name };
}
