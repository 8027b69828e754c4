export { type AssumptionCheck, toleranceShare } from './assumption.ts';
export type { LineUse } from './check-lines.ts';
export type { ServiceCheck } from './check-service.ts';
export { type ActualComparison, compareWithActual, replan } from './compare-with-actual.ts';
export { planFromInstance } from './plan-from-instance.ts';
