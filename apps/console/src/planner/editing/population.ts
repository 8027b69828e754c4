import { type DraftRow, isRecord, type PlanDraft, rowsOf, textOf } from './plan-draft.ts';

/** Who gets the workspace of a number, by location. */
export function populationOf(draft: PlanDraft, index: number): readonly DraftRow[] {
  const population = rowsOf(draft, 'workspaces')[index]?.population;
  return Array.isArray(population) ? population.filter(isRecord) : [];
}

/** Gives a workspace to so many people at a location; `undefined`: to nobody there. */
export function withPeople(draft: PlanDraft, index: number, location: string, users: unknown): PlanDraft {
  const population = populationOf(draft, index);
  const others = population.filter((each) => each.location !== location);
  const present = population.find((each) => each.location === location);
  const row = { ...present, location, users };
  return withPopulation(draft, index, users === undefined ? others : [...others, row]);
}

/** Gives a workspace to everybody at every location. */
export function withEverybody(draft: PlanDraft, index: number): PlanDraft {
  const present = new Map(populationOf(draft, index).map((row) => [row.location, row]));
  const population = rowsOf(draft, 'locations')
    .map((row) => ({ location: textOf(row, 'name'), users: row.users }))
    .filter(({ location }) => location !== '')
    .map((row) => ({ ...present.get(row.location), ...row }));
  return withPopulation(draft, index, population);
}

function withPopulation(draft: PlanDraft, index: number, population: readonly DraftRow[]): PlanDraft {
  const workspaces = rowsOf(draft, 'workspaces').map((row, each) =>
    each === index ? { ...row, population } : row,
  );
  return { ...draft, workspaces };
}
