export { checkPlan } from './check-plan.ts';
export type {
  Alternative,
  Decision,
  DecisionId,
  Flip,
  NumberOrigin,
  PlanNumber,
  Rule,
} from './decision.ts';
export { type ImageSizes, sizesOf } from './delivery/index.ts';
export type {
  BackupServer,
  CostItem,
  DatabaseDesign,
  Design,
  DesignCost,
  DistributionChoice,
  InstanceDesign,
  InstanceReason,
  LocationDesign,
  RepositoryDesign,
  ServerDesign,
  Technique,
} from './design.ts';
export { makeDesign } from './make-design.ts';
export { type DecisionRule, decisionRules } from './rules.ts';
