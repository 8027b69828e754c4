export { type RolloutOptions, rolloutScenario } from './design/rollout-scenario.ts';
export type { Capacity, WorkingHours as LineHours } from './engine/capacity.ts';
export type {
  ClientGroup,
  Line,
  LineKind,
  RequestServer,
  Scenario,
  TravellerGroup,
} from './engine/scenario.ts';
export type { EventYear, StormHabits } from './events/event-year.ts';
export { type EventYearOptions, simulateEventYear, usualStorms } from './events/simulate-event-year.ts';
export { type FailingParts, failingParts } from './outage/failing-parts.ts';
export type { Outage, OutageGroup, OutageResult } from './outage/outage.ts';
export { simulateOutage } from './outage/simulate-outage.ts';
export type { Band } from './rollout/band.ts';
export type {
  Distribution,
  GroupResult,
  LoadResult,
  RolloutResult,
  TimesOfClients,
} from './rollout/rollout-result.ts';
export {
  type SimulationOptions,
  type SimulationProgress,
  simulateRollout,
} from './rollout/simulate-rollout.ts';
