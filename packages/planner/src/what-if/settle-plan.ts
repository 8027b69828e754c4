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

/** What comes to most locations for the workspace, the others by location. */
function settleTechniques(workspace: Workspace, distribution: readonly DistributionChoice[]): PlanEdit[] {
  if (workspace.distribution !== 'decide') return [];
  const choices = distribution.filter((choice) => choice.workspace === workspace.name);
  const usual = mostFrequent(choices.map(({ technique }) => technique));
  if (usual === undefined) return [];
  const at = [field('workspaces'), row(workspace.name)];
  const rows = new Map(workspace.population.map((entry) => [entry.location, entry]));
  const others = choices.filter(({ technique }) => technique !== usual);
  const visited = others.filter(({ location }) => !rows.has(location));
  const laidDown = others.flatMap(({ location, technique }): PlanEdit[] =>
    rows.get(location)?.distribution === null
      ? [{ path: [...at, field('population'), row(location), field('distribution')], value: technique }]
      : [],
  );
  return [
    { path: [...at, field('distribution')], value: usual },
    ...(visited.length === 0 ? [] : [withVisited(at, workspace, visited)]),
    ...laidDown,
  ];
}

/** Rows for locations where the workspace is only visited. */
function withVisited(
  at: readonly PathStep[],
  { population }: Workspace,
  visited: readonly DistributionChoice[],
): PlanEdit {
  const added = visited.map(({ location, technique }) => ({ location, users: 0, distribution: technique }));
  return { path: [...at, field('population')], value: [...population, ...added] };
}

function mostFrequent<T>(values: readonly T[]): T | undefined {
  const groups = [...Map.groupBy(values, (value) => value)];
  return groups.sort(([, left], [, right]) => right.length - left.length)[0]?.[0];
}

function field(name: string): PathStep {
  return { kind: 'field', name };
}

function row(name: string): PathStep {
  return { kind: 'row', name };
}
