export {
  type AgentStatus,
  agentPaths,
  agentSignInSchema,
  agentStatusSchema,
  agentTransfersSchema,
  type Operation,
  operationSchema,
  workspaceActionSchema,
} from './agent-api.ts';
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
  type EventDefinition,
  type EventFields,
  eventCatalogue,
  eventCodeSchema,
  renderEvent,
} from './events/catalogue.ts';
export { type DeviceEvent, deviceEventSchema, type StoredEvent, storedEventSchema } from './events/event.ts';
export {
  type Permission,
  permissionSchema,
  permissions,
  permissionsOf,
  type RoleName,
  roleNameSchema,
  roles,
} from './permissions.ts';
export {
  type Assignment,
  type AssignmentSettings,
  assignmentSchema,
  assignmentSettingsSchema,
  newAssignmentSchema,
  type Principal,
  principalSchema,
} from './resources/assignment.ts';
export { type AuditEntry, auditEntrySchema } from './resources/audit.ts';
export {
  type Device,
  deviceSchema,
  enrolmentTokenSchema,
  type ImageReceipt,
  type Inventory,
  imageReceiptSchema,
  inventorySchema,
  newEnrolmentTokenSchema,
  type SealingKey,
  type SigningKey,
  sealingKeySchema,
  signingKeySchema,
  type WorkspaceState,
  type WorkspaceStatus,
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
export { type Lease, type LeaseKeys, leaseKeysSchema, leaseSchema } from './resources/lease.ts';
export { type MachineDescription, machineDescriptionSchema } from './resources/machine.ts';
export {
  defaultMemoryTable,
  type MemoryRow,
  memoryRowSchema,
  policySchemaVersion,
  type WorkspacePolicy,
  workspacePolicySchema,
} from './resources/policy.ts';
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
  changeUserSchema,
  type Group,
  groupMembersSchema,
  groupSchema,
  newGroupSchema,
  newUserSchema,
  passwordSchema,
  type User,
  userSchema,
} from './resources/user.ts';
export {
  type Workspace,
  type WorkspaceFile,
  type WorkspaceInput,
  workspaceFileSchema,
  workspaceInputSchema,
  workspaceSchema,
} from './resources/workspace.ts';
export { type Access, allow, defineRoute, type HttpMethod, type Route } from './routes/define-route.ts';
export { type Intervals, intervalsSchema } from './routes/endpoint-routes.ts';
export { routes } from './routes/index.ts';
export { type LiveMessage, liveMessageSchema, livePath } from './routes/live.ts';
