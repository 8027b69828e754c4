import {
  type CheapestDesign,
  comparePlans,
  type Design,
  type Finding,
  findCheapestDesign,
  type LeverChoice,
  type PlanComparison,
} from '@carrel/planner';
import { judgePlan } from './judge-plan.ts';

export interface Trial {
  /** The design that stands. */
  readonly design: Design;
  /** The plan with the changes that are tried. */
  readonly draft: unknown;
}

/** What changes would make of a design. */
export interface TrialResult {
  readonly findings: readonly Finding[];
  /** First the design that stands, then the one that is tried; `undefined` while the latter has errors. */
  readonly comparison: PlanComparison | undefined;
}

export function tryPlan({ design, draft }: Trial): TrialResult {
  const { findings, design: tried } = judgePlan(draft);
  return { findings, comparison: tried && comparePlans([design, tried]) };
}

export interface CheapestRequest {
  readonly design: Design;
  readonly levers: LeverChoice;
}

/** The cheapest design that meets all service levels, and how it compares with the one that stands. */
export interface CheapestResult {
  readonly found: CheapestDesign;
  readonly comparison: PlanComparison;
}

export async function findCheapest({ design, levers }: CheapestRequest): Promise<CheapestResult> {
  const found = await findCheapestDesign(design.plan, { levers });
  return { found, comparison: comparePlans([design, found.design]) };
}
