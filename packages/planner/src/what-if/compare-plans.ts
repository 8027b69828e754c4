import { diffPlans, formatPlanPath } from '../changes/index.ts';
import type { Decision, Design, DistributionChoice } from '../decisions/index.ts';
import { droppedRepositories } from './dropped-repositories.ts';
import { type KeyFigure, keyFigures } from './key-figures.ts';

/** Designs side by side; every list of values is in the order of the designs. */
export interface PlanComparison {
  /** Fields of the plans that are not the same in all. */
  readonly inputs: readonly { readonly path: string; readonly values: readonly unknown[] }[];
  readonly figures: readonly {
    readonly name: string;
    readonly unit: string;
    readonly values: readonly number[];
  }[];
  /** Decisions that are not answered alike; `undefined` where a design has no such decision. */
  readonly decisions: readonly ComparedDecision[];
  /** Times that differ, or meet their service level in one and not in another. */
  readonly serviceLevels: readonly {
    readonly location: string;
    readonly workspace: string;
    readonly values: readonly (ComparedTimes | undefined)[];
  }[];
  /** Sentences about repositories of the first design whose going makes somebody slower in another. */
  readonly dropped: readonly string[];
}

export interface ComparedDecision {
  readonly id: Decision['id'];
  readonly subject: string;
  readonly question: string;
  readonly answers: readonly (string | undefined)[];
}

export interface ComparedTimes {
  readonly technique: DistributionChoice['technique'];
  readonly repository: string | undefined;
  readonly initialLoadSeconds: number;
  readonly updateSeconds: number;
  readonly meets: DistributionChoice['meets'];
}

/** What differs between designs. */
export function comparePlans(designs: readonly Design[]): PlanComparison {
  return {
    inputs: compareInputs(designs),
    figures: compareFigures(designs.map(keyFigures)),
    decisions: compareDecisions(designs),
    serviceLevels: compareServiceLevels(designs),
    dropped: droppedRepositories(designs),
  };
}

function compareInputs(designs: readonly Design[]): PlanComparison['inputs'] {
  const [first, ...others] = designs.map(({ plan }) => plan);
  const places = new Map<string, unknown[]>();
  for (const [at, plan] of others.entries()) {
    for (const { path, before, after } of diffPlans(first, plan)) {
      const place = formatPlanPath(path);
      const values = places.get(place) ?? designs.map(() => before);
      places.set(place, values.with(at + 1, after));
    }
  }
  return [...places].map(([path, values]) => ({ path, values }));
}

function compareFigures(figures: readonly (readonly KeyFigure[])[]): PlanComparison['figures'] {
  const [first = []] = figures;
  return first.map(({ name, unit }, at) => ({
    name,
    unit,
    values: figures.map((each) => each[at]?.value ?? 0),
  }));
}

function compareDecisions(designs: readonly Design[]): ComparedDecision[] {
  const keyed = designs.map(
    ({ decisions }) =>
      new Map(decisions.map((decision) => [JSON.stringify([decision.id, decision.subject]), decision])),
  );
  const keys = new Set(keyed.flatMap((decisions) => [...decisions.keys()]));
  return [...keys].flatMap((key) => {
    const found = keyed.map((decisions) => decisions.get(key));
    const known = found.find((decision) => decision !== undefined);
    const answers = found.map((decision) => decision?.answer);
    if (!known || new Set(answers).size === 1) return [];
    return [{ id: known.id, subject: known.subject, question: known.question, answers }];
  });
}

function compareServiceLevels(designs: readonly Design[]): PlanComparison['serviceLevels'] {
  const keyed = designs.map(
    ({ distribution }) =>
      new Map(distribution.map((choice) => [JSON.stringify([choice.location, choice.workspace]), choice])),
  );
  const keys = new Set(keyed.flatMap((choices) => [...choices.keys()]));
  return [...keys].flatMap((key) => {
    const choices = keyed.map((each) => each.get(key));
    const known = choices.find((choice) => choice !== undefined);
    const values = choices.map((choice) => choice && timesOf(choice));
    if (!known || new Set(values.map((value) => JSON.stringify(value ?? null))).size === 1) return [];
    return [{ location: known.location, workspace: known.workspace, values }];
  });
}

function timesOf({
  technique,
  repository,
  initialLoadSeconds,
  updateSeconds,
  meets,
}: DistributionChoice): ComparedTimes {
  return { technique, repository, initialLoadSeconds, updateSeconds, meets };
}
