export {
  type ApiClient,
  type ApiClientOptions,
  type CallInput,
  type CallOutput,
  createApiClient,
} from './client/call.ts';
export { errorFromAnswer } from './client/error-from-answer.ts';
export { type ErrorCode, errorCatalogue, fail } from './errors/index.ts';
export { fromProblem, type Problem, problemContentType, problemSchema, toProblem } from './errors/problem.ts';
export {
  type EventCode,
  type EventFields,
  eventCatalogue,
  eventCodeSchema,
  renderEvent,
} from './events/catalogue.ts';
export { type DeviceEvent, deviceEventSchema, type StoredEvent, storedEventSchema } from './events/event.ts';
export type { EventDefinition } from './events/event-definition.ts';
export {
  type Permission,
  permissionSchema,
  permissions,
  permissionsOf,
  type RoleName,
  roleNameSchema,
  roles,
  workspacePermissions,
} from './permissions.ts';
export {
  type ApiToken,
  apiTokenPrefix,
  apiTokenSchema,
  createdApiTokenSchema,
  longestApiTokenDays,
  newApiTokenSchema,
} from './resources/api-token.ts';
export {
  type Assignment,
  type AssignmentSettings,
  assignmentSchema,
  assignmentSettingsSchema,
  type LeaseGrant,
  leaseGrantSchema,
  newAssignmentSchema,
  type Principal,
  principalSchema,
  type TransferDirection,
} from './resources/assignment.ts';
export {
  type AuditEntry,
  type AuditVerification,
  auditEntrySchema,
  auditVerificationSchema,
} from './resources/audit.ts';
export {
  changeDeviceSchema,
  type Device,
  type DeviceAction,
  type DeviceActionKind,
  deviceActionKindSchema,
  deviceActionSchema,
  deviceActionStateSchema,
  deviceSchema,
  deviceStateSchema,
  enrolmentTokenSchema,
  type ImageReceipt,
  type Inventory,
  imageReceiptSchema,
  inventorySchema,
  listedEnrolmentTokenSchema,
  newDeviceActionSchema,
  newEnrolmentTokenSchema,
  type SealingKey,
  type SigningKey,
  sealingKeySchema,
  signingKeySchema,
  type WorkspaceState,
  type WorkspaceStatus,
  type WorkspaceUpdate,
  workspaceStateSchema,
  workspaceStates,
  workspaceStatusSchema,
} from './resources/device.ts';
export {
  type DeviceProofClaims,
  deviceProofClaimsSchema,
  deviceProofLifetimeSeconds,
  deviceProofSkewSeconds,
  deviceProofType,
} from './resources/device-proof.ts';
export {
  changeDirectorySchema,
  type DirectoryConnection,
  type DirectoryContent,
  type DirectoryPrincipal,
  type DirectoryProfile,
  type DirectoryServer,
  type DirectoryStep,
  directoryContentSchema,
  directoryPrincipalSchema,
  directorySchema,
  directoryServerSchema,
  directoryStepSchema,
  directoryTestResultSchema,
  directoryTestSchema,
  importPrincipalSchema,
  newDirectorySchema,
} from './resources/directory.ts';
export {
  type AffectedPeople,
  type Effect,
  effectSchema,
  type ImportResult,
  importResultSchema,
  type PreviewedChange,
  previewedChangeSchema,
  type WorkspaceEffect,
} from './resources/effect.ts';
export {
  type ExplainedGrant,
  type ExplainedValue,
  type ExplainedWorkspace,
  type Explanation,
  explanationSchema,
} from './resources/explanation.ts';
export {
  type Channel,
  channelSchema,
  type Image,
  type ImageVersion,
  imageSchema,
  imageVersionSchema,
  moveChannelSchema,
  newImageSchema,
  newImageVersionSchema,
  type VersionState,
  versionStateSchema,
} from './resources/image.ts';
export { type InstanceKeys, instanceKeysSchema } from './resources/instance-keys.ts';
export {
  instanceSettings,
  type Setting,
  type SettingDefinition,
  type SettingName,
  type SettingTab,
  type SettingValue,
  settingNameSchema,
  settingSchema,
  settingTabs,
} from './resources/instance-settings.ts';
export { type Lease, type LeaseKeys, leaseKeysSchema, leaseSchema } from './resources/lease.ts';
export { type MachineDescription, machineDescriptionSchema } from './resources/machine.ts';
export { type MeasuredDelivery, type Measurements, measurementsSchema } from './resources/measurements.ts';
export {
  type PlanDocument,
  type PlanSummary,
  planDocumentSchema,
  type StoredPlan,
  storedPlanSchema,
} from './resources/plan.ts';
export {
  type ComputerNamePart,
  type ComputerNameVariable,
  commandLineSchema,
  computerNameLength,
  computerNamePatternSchema,
  computerNameVariables,
  defaultMemoryTable,
  type MemoryRow,
  memoryRowSchema,
  newWorkspacePolicySchema,
  normalEscapes,
  type ParsedWebRule,
  type PolicyFault,
  type PublishedApplication,
  type PublishedMenu,
  parseAddress,
  parseComputerNamePattern,
  parseWebRule,
  policySchemaVersion,
  type SetupAction,
  type SetupVariable,
  setupVariables,
  type UrlPattern,
  type WebPlace,
  type WebRule,
  type WorkspacePolicy,
  workspacePolicySchema,
} from './resources/policy/index.ts';
export {
  channelNameSchema,
  digestSchema,
  displayNameSchema,
  idSchema,
  imageNameSchema,
  keyIdSchema,
  keySchema,
  pageOf,
  pageQuerySchema,
  revisionSchema,
  timeSchema,
  userNameSchema,
} from './resources/primitives.ts';
export {
  type Role,
  type RoleGrant,
  type RoleScope,
  roleGrantInputSchema,
  roleGrantSchema,
  roleIdSchema,
  roleInputSchema,
  roleSchema,
  roleScopeSchema,
} from './resources/role.ts';
export { newSecretSchema, type Secret, secretNameSchema, secretSchema } from './resources/secret.ts';
export { type Session, type SessionEntry, sessionEntrySchema, sessionSchema } from './resources/session.ts';
export {
  changeSignInProviderSchema,
  type DeviceSignIn,
  deviceSignInPendingSchema,
  deviceSignInSchema,
  newSignInProviderSchema,
  type SignInProvider,
  type SignInProviderSettings,
  signInProviderCheckSchema,
  signInProviderSchema,
  signInProviderSettingsSchema,
} from './resources/sign-in-provider.ts';
export { type Task, taskSchema, taskStateSchema } from './resources/task.ts';
export {
  formatTransferRate,
  type LocalTime,
  parseTransferRate,
  type TransferRate,
  type TransferRule,
  type TransferSpeed,
  type TransferWindow,
  transferRateSchema,
  transferSpeedAt,
} from './resources/transfer-rate.ts';
export {
  changeOwnPasswordSchema,
  changeUserSchema,
  type Group,
  groupMembersSchema,
  groupSchema,
  newGroupSchema,
  newUserSchema,
  passwordSchema,
  type User,
  type UserSource,
  userSchema,
  userSourceSchema,
} from './resources/user.ts';
export {
  type Workspace,
  type WorkspaceInput,
  workspaceInputSchema,
  workspaceSchema,
} from './resources/workspace.ts';
export {
  type ImportBasis,
  type WorkspaceBundle,
  type WorkspaceFile,
  workspaceBundleSchema,
  workspaceFileSchema,
} from './resources/workspace-file.ts';
export {
  type AssignmentChange,
  assignmentChangeSchema,
  type FieldChange,
  fieldChangeSchema,
  type HistoryEntry,
  historyEntrySchema,
  type RevisionOrigin,
  revisionOriginSchema,
  type WorkspaceContent,
  type WorkspaceRevision,
  type WorkspaceTab,
  workspaceContentSchema,
  workspaceRevisionSchema,
  workspaceTabs,
} from './resources/workspace-history.ts';
export {
  type Access,
  allow,
  allowOverEverything,
  allowWithinScope,
  defineRoute,
  type HttpMethod,
  type Route,
} from './routes/define-route.ts';
export { type Intervals, intervalsSchema } from './routes/endpoint-routes.ts';
export { routes } from './routes/index.ts';
export { type LiveMessage, liveMessageSchema, livePath } from './routes/live.ts';
export { signInPaths } from './routes/single-sign-on-routes.ts';
