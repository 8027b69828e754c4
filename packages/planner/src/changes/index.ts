export { applyChanges } from './apply-changes.ts';
export { diffPlans, formatPlanPath, type PlanChange, type PlanStep } from './diff-plans.ts';
