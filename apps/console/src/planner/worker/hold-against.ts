import type { Measurements } from '@carrel/contract';
import { type ActualComparison, compareWithActual, type Design, type Plan, replan } from '@carrel/planner';

export interface ActualRequest {
  readonly design: Design;
  readonly measurements: Measurements;
}

/** A plan held against what was measured, and as it would be with that. */
export interface ActualResult {
  readonly comparison: ActualComparison;
  /** `undefined` where nothing is off. */
  readonly corrected: Plan | undefined;
}

export function holdAgainst({ design, measurements }: ActualRequest): ActualResult {
  const comparison = compareWithActual(design, measurements);
  const isOff = comparison.assumptions.some(({ edit }) => edit !== undefined);
  return { comparison, corrected: isOff ? replan(design.plan, comparison).plan : undefined };
}
