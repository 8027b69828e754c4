export {
  type ComparedDecision,
  type ComparedTimes,
  comparePlans,
  type PlanComparison,
} from './compare-plans.ts';
export { editPlan } from './edit-plan.ts';
export { type KeyFigure, keyFigures } from './key-figures.ts';
export { formatPlanEdit, type PathStep, type PlanEdit, parsePlanEdit } from './plan-path.ts';
export type { BindingChange, LevelOfPair } from './search/explain-search.ts';
export {
  type CheapestDesign,
  type CheapestOptions,
  findCheapestDesign,
} from './search/find-cheapest-design.ts';
export type { LeverChoice } from './search/levers.ts';
export { type SensitivityPoint, sensitivityOf } from './sensitivity.ts';
export { settlePlan } from './settle-plan.ts';
