export { checkParts, error, warning } from './check/index.ts';
export { type Finding, type FindingCode, findingCodes } from './finding.ts';
export { type ImportedLocations, importLocations, locationColumns } from './import-locations.ts';
export type {
  Location,
  Separation,
  Traveller,
  TrustDomain,
  Uplink,
  Weekday,
  WorkingHours,
} from './location-schema.ts';
export type {
  ConsolePlace,
  Costs,
  Delivery,
  Events,
  Growth,
  Placement,
  Recovery,
} from './operation-schema.ts';
export { type ParsedPlan, parsePlan } from './parse-plan.ts';
export { type Plan, type PlanInput, planSchema } from './plan-schema.ts';
export {
  type LinkedSite,
  linkSites,
  type NetworkSite,
  sitesToLocations,
} from './sites-to-locations.ts';
export { planTemplates } from './templates.ts';
export type { Image, ServiceLevels, Workspace } from './workspace-schema.ts';
