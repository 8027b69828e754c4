import { type Design, makeDesign } from '../decisions/index.ts';
import type { Finding, Plan } from '../plan-file/index.ts';
import { editPlan } from './edit-plan.ts';
import { type KeyFigure, keyFigures } from './key-figures.ts';
import type { PathStep } from './plan-path.ts';

/** What a plan comes to with one value of an input. */
export type SensitivityPoint =
  | { readonly value: unknown; readonly figures: readonly KeyFigure[]; readonly findings?: undefined }
  | { readonly value: unknown; readonly figures?: undefined; readonly findings: readonly Finding[] };

/**
 * How the design depends on one input: the same plan with each of the values.
 *
 * @throws {PLAN_INVALID} a value fits its field and not the rest of the plan
 */
export function sensitivityOf(
  plan: Plan,
  path: readonly PathStep[],
  values: readonly unknown[],
): SensitivityPoint[] {
  return values.map((value) => {
    const edited = editPlan(plan, [{ path, value }]);
    if (!edited.plan) return { value, findings: edited.findings };
    const design: Design = makeDesign(edited.plan);
    return { value, figures: keyFigures(design) };
  });
}
