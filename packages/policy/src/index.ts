export {
  describeAssignmentChange,
  describeChange,
  describeValue,
  summarizeAssignmentChanges,
  summarizeChanges,
} from './explain/describe-changes.ts';
export { type ComparedAssignment, diffAssignment, diffAssignments } from './explain/diff-assignments.ts';
export { type ComparedWorkspace, diffWorkspaces } from './explain/diff-workspaces.ts';
export { effectOfChanges, effectOfGroupChange, type GroupChange } from './explain/effect-of-changes.ts';
export { explainGrants, type GroupPaths, groupPaths } from './explain/explain-user.ts';
export { createPeople, type People, type PeopleSnapshot } from './explain/people.ts';
export type { WorkspaceChange, WorkspaceSituation } from './explain/workspace-change.ts';
export { fieldOf, tabOf, workspaceTabLabels } from './explain/workspace-tabs.ts';
export { endOfDaySeconds } from './grants/end-of-day.ts';
export type { GrantReasons, GrantSetting, Provenance } from './grants/merge-grants.ts';
export {
  type EffectiveGrant,
  type EffectiveSettings,
  type GrantRules,
  resolveGrants,
} from './grants/resolve-grants.ts';
export { type ContactState, contactFailingMs, nextContact } from './lease/contact-state.ts';
export {
  evaluateLease,
  type LeaseEndCode,
  type LeaseFacts,
  type LeaseLimits,
  type LeaseVerdict,
  offlineRetryWindowMs,
  warningThresholdsMs,
} from './lease/evaluate-lease.ts';
export { type DeviceSealingKey, openSealedKeys, sealKeys } from './lease/seal-keys.ts';
export { type LeaseSigningKey, type LeaseVerification, signLease, verifyLease } from './lease/sign-lease.ts';
export {
  goodStanding,
  nextStanding,
  type Permission,
  type Standing,
  type StandingEffect,
  type StandingStep,
} from './lease/standing.ts';
export { resolveMemoryMiB } from './memory/resolve-memory.ts';
export { makeComputerName, type NamingSource, type NamingValues } from './naming/make-computer-name.ts';
export { asksForNames, type GuestNames, type HostNames, resolveNames } from './network/resolve-names.ts';
export {
  defaultSetupMessage,
  planSetup,
  type SetupPlan,
  type SetupStep,
  secretsOfSetup,
} from './setup/plan-setup.ts';
export {
  advanceSetup,
  nextSetupNeed,
  noSetupProgress,
  type SetupEvent,
  type SetupFailure,
  type SetupNeed,
  type SetupProgress,
} from './setup/setup-progress.ts';
export type { SetupTask } from './setup/setup-task.ts';
export type { SetupValues } from './setup/substitute.ts';
export {
  advanceTime,
  type ClockReading,
  markContact,
  type TimeAdvance,
  type TimeMark,
} from './time/trusted-time.ts';
export { chooseStart, type StartChoice, type StartFacts } from './update/choose-start.ts';
export {
  nextUpdate,
  type UpdateEffect,
  type UpdateFacts,
  type UpdateRules,
  type UpdateStanding,
  type UpdateStep,
  updateDeadlineMs,
} from './update/next-update.ts';
export { createWebDecider, type WebDecision } from './web/decide-web.ts';
