import { diffPlans, formatPlanPath } from '@carrel/planner';
import { changeWords } from '../editing/change-words.ts';
import type { PlanDraft } from '../editing/plan-draft.ts';

/** A field in which plans differ, in words. */
export interface DifferingInput {
  readonly path: string;
  /** `Oslo, Users` */
  readonly place: string;
  /** In the order of the plans. */
  readonly values: readonly string[];
}

/** Every field in which one of the others differs from the first plan, besides its name. */
export function differingInputs(first: PlanDraft, others: readonly PlanDraft[]): readonly DifferingInput[] {
  const inputs = new Map<string, DifferingInput>();
  for (const [index, other] of others.entries()) {
    for (const change of diffPlans(first, other)) {
      const path = formatPlanPath(change.path);
      if (path === 'name') continue;
      const { place, before, after } = changeWords(change);
      const values = inputs.get(path)?.values ?? [before, ...others.map(() => before)];
      inputs.set(path, { path, place, values: values.with(index + 1, after) });
    }
  }
  return [...inputs.values()];
}
