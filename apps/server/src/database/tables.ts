import type { Generated, Insertable, Selectable } from 'kysely';
import type {
  ApiTokenTable,
  DirectoryFailureTable,
  DirectoryTable,
  GroupGroupTable,
  GroupTable,
  GroupUserTable,
  RoleGrantTable,
  RoleGrantWorkspaceTable,
  RoleTable,
  SessionTable,
  SignInProviderTable,
  UserTable,
} from './people-tables.ts';

/*
 * Columns as TypeScript sees them. Times are milliseconds since 1970, flags 0 or 1, and whatever is called `…Json` is
 * JSON text that its reader parses with a schema: the same on every database.
 */

interface SettingTable {
  name: string;
  valueJson: string;
}

interface LeaseKeyTable {
  kid: string;
  publicKey: string;
  /** The private half, wrapped by the master key. */
  wrappedKey: string;
  createdAt: number;
}

interface ImageTable {
  id: string;
  name: string;
  description: string;
  createdAt: number;
}

interface ImageVersionTable {
  imageId: string;
  number: number;
  state: string;
  reference: string;
  manifestDigest: string;
  keyId: string;
  virtualSizeBytes: number;
  dataBytes: number;
  storedBytes: number;
  machineJson: string;
  notes: string;
  createdAt: number;
  createdBy: string;
  publishedAt: number | null;
}

interface ChannelTable {
  imageId: string;
  name: string;
  versionNumber: number;
  revision: number;
  updatedAt: number;
  updatedBy: string;
}

interface RepositoryKeyTable {
  keyId: string;
  /** Wrapped by the master key under the purpose `repository-key`. */
  wrappedKey: string;
  createdAt: number;
  /** Since when new packs do not use it. */
  replacedAt: number | null;
}

/** What people gave the server to keep: bind passwords, client secrets, join accounts. */
interface SecretTable {
  name: string;
  /** Wrapped by the master key under the purpose `secret:NAME`. */
  wrappedValue: string;
  updatedAt: number;
  updatedBy: string;
}

/** Secrets from which others are derived; they stay the same when the master key changes. */
interface RootSecretTable {
  name: string;
  /** Wrapped by the master key under the purpose `root-secret:NAME`. */
  wrappedKey: string;
  createdAt: number;
  /** When it was last put under another master key. */
  rewrappedAt: number | null;
}

interface WorkspaceTable {
  id: string;
  name: string;
  nameKey: string;
  description: string;
  imageId: string;
  channel: string;
  policyJson: string;
  revision: number;
  /** Grows by one whenever who has it changes. */
  assignmentsRevision: Generated<number>;
  /** What a search looks into: name and description in lower case. */
  searchKey: Generated<string>;
  updatedAt: number;
  updatedBy: string;
}

/** Every state a workspace ever had; kept when the workspace is deleted. */
interface WorkspaceRevisionTable {
  workspaceId: string;
  revision: number;
  contentJson: string;
  /** How it came to be. */
  originJson: Generated<string>;
  updatedAt: number;
  updatedBy: string;
}

/** Every change of who has a workspace; kept when the workspace is deleted. */
interface AssignmentRevisionTable {
  workspaceId: string;
  revision: number;
  /** What differs from the revision before. */
  changesJson: string;
  updatedAt: number;
  updatedBy: string;
}

interface AssignmentTable {
  id: string;
  workspaceId: string;
  principalKind: string;
  principalId: string;
  effect: string;
  settingsJson: string;
  createdAt: number;
  createdBy: string;
}

interface PlanTable {
  id: string;
  name: string;
  nameKey: string;
  description: string;
  documentJson: string;
  revision: number;
  createdAt: number;
  createdBy: string;
  updatedAt: number;
  updatedBy: string;
}

/** The latest states of a plan, so that a refused saver can be told what others changed. */
interface PlanRevisionTable {
  planId: string;
  revision: number;
  documentJson: string;
}

interface EnrolmentTokenTable {
  tokenHash: string;
  maximumUses: number;
  uses: number;
  expiresAt: number;
  note: string;
  createdAt: number;
  createdBy: string;
}

interface DeviceTable {
  id: string;
  state: string;
  /** `x` of the device's Ed25519 key. */
  signingKey: string;
  /** `x` of the device's X25519 key. */
  sealingKey: string;
  /** Hash of the token it enrolled with. */
  tokenHash: string;
  inventoryJson: string;
  workspacesJson: string;
  enrolledAt: number;
  lastContactAt: number | null;
  /** The newest event committed; the next one to store is this plus one. */
  acknowledgedSequence: number;
  /** What administrators call it. */
  name: string | null;
  nameKey: string | null;
  notes: Generated<string>;
  tagsJson: Generated<string>;
  hostNameKey: Generated<string>;
  /** What a search looks into: name, host name, notes and tags in lower case. */
  searchKey: Generated<string>;
  /** Who enrolled it by signing in. */
  enrolledById: string | null;
  enrolledBy: string | null;
  /** Keys that take the place of the present ones at the first call the new one has signed. */
  nextSigningKey: string | null;
  nextSealingKey: string | null;
}

/** Something a device was told to do. */
interface DeviceActionTable {
  id: string;
  deviceId: string;
  kind: string;
  workspaceId: string | null;
  userId: string | null;
  /** `queued` past `expiresAt` means expired. */
  state: string;
  createdAt: number;
  createdBy: string;
  expiresAt: number;
  deliveredAt: number | null;
  endedAt: number | null;
  code: string | null;
}

/** A person signed in at a device. */
interface DeviceGrantTable {
  grantHash: string;
  deviceId: string;
  userId: string;
  createdAt: number;
}

interface LeaseTable {
  id: string;
  deviceId: string;
  userId: string;
  workspaceId: string;
  workspaceRevision: number;
  imageVersion: number;
  issuedAt: number;
  validUntil: number | null;
}

interface EventTable {
  /** Order of storing; pages go by it. */
  position: Generated<number>;
  id: string;
  deviceId: string | null;
  sequence: number | null;
  code: string;
  severity: string;
  category: string;
  message: string;
  clientTime: number;
  receivedTime: number;
  userName: string;
  hostName: string;
  workspaceId: string | null;
  workspaceName: string | null;
  guestName: string | null;
  agentVersion: string | null;
  fieldsJson: string;
}

interface TaskTable {
  id: string;
  kind: string;
  title: string;
  state: string;
  phase: string;
  doneBytes: number | null;
  totalBytes: number | null;
  createdAt: number;
  createdBy: string;
  endedAt: number | null;
  errorJson: string | null;
}

interface AuditEntryTable {
  sequence: number;
  time: number;
  actor: string;
  action: string;
  target: string;
  outcome: string;
  detailsJson: string;
  hash: string;
}

/** One row: where the audit chain stands. Whoever appends locks it first. */
interface AuditHeadTable {
  id: number;
  sequence: number;
  hash: string;
}

export interface Tables {
  settings: SettingTable;
  leaseKeys: LeaseKeyTable;
  users: UserTable;
  roles: RoleTable;
  roleGrants: RoleGrantTable;
  roleGrantWorkspaces: RoleGrantWorkspaceTable;
  groups: GroupTable;
  groupUsers: GroupUserTable;
  groupGroups: GroupGroupTable;
  directories: DirectoryTable;
  directoryFailures: DirectoryFailureTable;
  sessions: SessionTable;
  apiTokens: ApiTokenTable;
  signInProviders: SignInProviderTable;
  images: ImageTable;
  imageVersions: ImageVersionTable;
  channels: ChannelTable;
  repositoryKeys: RepositoryKeyTable;
  secrets: SecretTable;
  rootSecrets: RootSecretTable;
  workspaces: WorkspaceTable;
  workspaceRevisions: WorkspaceRevisionTable;
  assignmentRevisions: AssignmentRevisionTable;
  assignments: AssignmentTable;
  plans: PlanTable;
  planRevisions: PlanRevisionTable;
  enrolmentTokens: EnrolmentTokenTable;
  devices: DeviceTable;
  deviceActions: DeviceActionTable;
  deviceGrants: DeviceGrantTable;
  leases: LeaseTable;
  events: EventTable;
  tasks: TaskTable;
  auditEntries: AuditEntryTable;
  auditHead: AuditHeadTable;
}

export type Row<Name extends keyof Tables> = Selectable<Tables[Name]>;
export type NewRow<Name extends keyof Tables> = Insertable<Tables[Name]>;
