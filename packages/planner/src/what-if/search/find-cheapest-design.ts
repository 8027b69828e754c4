import type { Design } from '../../decisions/index.ts';
import type { Plan } from '../../plan-file/index.ts';
import type { PlanEdit } from '../plan-path.ts';
import { Evaluator, editsOf } from './evaluate.ts';
import {
  type BindingChange,
  explainChanges,
  impossibleLevels,
  type LevelOfPair,
  tightestLevels,
} from './explain-search.ts';
import { type LeverChoice, leversOf } from './levers.ts';
import { type SearchOptions, searchAll, searchStepwise } from './search-designs.ts';

export interface CheapestOptions extends SearchOptions {
  /** What may be changed; everything unless told otherwise. */
  readonly levers?: LeverChoice;
  /** Up to so many settings are all tried; 2,000 unless told otherwise. */
  readonly tryAllUpTo?: number;
}

/** The cheapest design that was found, or the one that comes closest to the service levels. */
export interface CheapestDesign {
  /** Whether all service levels are met. */
  readonly isMet: boolean;
  /** Whether every setting was tried, so that none is cheaper. */
  readonly isExact: boolean;
  readonly design: Design;
  /** What to change in the plan to get it. */
  readonly edits: readonly PlanEdit[];
  readonly planned: Design;
  /** No setting of the levers costs less than this, whether or not it meets anything. */
  readonly lowerBound: number;
  readonly designsMade: number;
  readonly changes: readonly BindingChange[];
  /** The service levels that leave least room. */
  readonly tightest: readonly LevelOfPair[];
  /** Service levels that no setting meets; only when not all are met. */
  readonly impossible: readonly LevelOfPair[];
}

const tightestShown = 5;

/**
 * Looks for the cheapest design that meets all service levels, by changing what the levers reach. Small plans are
 * searched completely. For larger ones it takes the best single change, again and again, from two starts; the result is
 * then between `lowerBound` and its own cost from the best there is.
 *
 * @throws {PLAN_INVALID} the plan has errors
 * @throws the signal's reason when it is aborted
 */
export async function findCheapestDesign(plan: Plan, options: CheapestOptions = {}): Promise<CheapestDesign> {
  const levers = leversOf(plan, options.levers);
  const evaluator = new Evaluator(plan, levers);
  const count = levers.reduce((product, lever) => product * lever.options.length, 1);
  const isExact = count <= (options.tryAllUpTo ?? 2000);
  const search = isExact ? searchAll : searchStepwise;
  const best = await search(levers, evaluator, options);
  const isMet = best.missed === 0;
  const planned = evaluator.at(levers.map(() => 0)).design;
  return {
    isMet,
    isExact,
    design: best.design,
    edits: editsOf(levers, best.setting),
    planned,
    lowerBound: isExact && isMet ? best.total : lowerBoundOf(planned),
    changes: explainChanges(best, levers, evaluator),
    tightest: tightestLevels(best, tightestShown),
    impossible: isMet ? [] : impossibleLevels(best, levers, evaluator),
    designsMade: evaluator.made,
  };
}

/** What every setting has: the servers of the instances, and the links at their present prices. */
function lowerBoundOf({ plan, instances }: Design): number {
  const machines = instances.reduce(
    (sum, { backupServer, database }) =>
      sum +
      1 +
      [backupServer.isNeeded, database.placement === 'separate', database.hasStandby].filter(Boolean).length,
    0,
  );
  const links = plan.locations.reduce((sum, { uplink }) => sum + (uplink?.monthlyCost ?? 0), 0);
  return (machines * plan.costs.serverMonthly + links) * plan.costs.months;
}
