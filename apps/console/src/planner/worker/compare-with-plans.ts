import { comparePlans, type Design, type PlanComparison } from '@carrel/planner';
import { type DifferingInput, differingInputs } from '../what-if/differing-inputs.ts';
import { judgePlan } from './judge-plan.ts';

export interface ComparisonRequest {
  readonly design: Design;
  /** Plans as they are kept. */
  readonly others: readonly { readonly name: string; readonly document: unknown }[];
}

/** A design beside those of other plans. */
export interface ComparisonResult {
  /** Names of the other plans that have a design, in order. */
  readonly names: readonly string[];
  /** Plans that have none because of errors in them. */
  readonly flawed: readonly { readonly name: string; readonly errors: number }[];
  readonly inputs: readonly DifferingInput[];
  /** First the design itself; `undefined` where no other plan has one. */
  readonly comparison: PlanComparison | undefined;
}

export function compareWithPlans({ design, others }: ComparisonRequest): ComparisonResult {
  const judged = others.map(({ name, document }) => ({ name, ...judgePlan(document) }));
  const designed = judged.flatMap(({ name, design: other }) => (other ? [{ name, design: other }] : []));
  const designs = designed.map((each) => each.design);
  return {
    names: designed.map(({ name }) => name),
    flawed: judged
      .filter((each) => each.design === undefined)
      .map(({ name, findings }) => ({
        name,
        errors: findings.filter(({ severity }) => severity === 'error').length,
      })),
    inputs: differingInputs(
      design.plan,
      designs.map(({ plan }) => plan),
    ),
    comparison: designs.length === 0 ? undefined : comparePlans([design, ...designs]),
  };
}
