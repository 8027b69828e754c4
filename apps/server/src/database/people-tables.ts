import type { Generated } from 'kysely';

/* Who there is and how they sign in; what columns are is said in `tables.ts`. */

export interface UserTable {
  id: string;
  userName: string;
  /** `userName` in lower case: what makes two names the same. */
  userNameKey: string;
  displayName: string;
  /** What a search looks into: user name and display name in lower case. */
  searchKey: string;
  source: string;
  passwordHash: string;
  isDisabled: number;
  failedSignIns: number;
  lastFailureAt: number | null;
  lockedUntil: number | null;
  createdAt: number;
  /** Row of `directories`, or of the sign-in provider; `null` for built-in users. */
  directoryId: string | null;
  /** What stays when they are renamed there. */
  externalId: string | null;
  /**
   * `administrator`, `directory`, or `silence` where their directory was out of contact for too long; `null` while they
   * are enabled. Only what an administrator disabled stays so when the directory says otherwise.
   */
  disabledBy: string | null;
  /** When their directory said last that this is how things are. */
  confirmedAt: number | null;
  /** External ids of all the groups they are in there, nested ones included. */
  externalGroupsJson: Generated<string>;
  mustChangePassword: Generated<number>;
}

/** A role of this instance; the template roles are in the code. */
export interface RoleTable {
  id: string;
  name: string;
  nameKey: string;
  description: string;
  permissionsJson: string;
  createdAt: number;
}

export interface RoleGrantTable {
  id: string;
  principalKind: string;
  principalId: string;
  /** A row of `roles`, or the name of a template role. */
  roleId: string;
  /** 0: over the workspaces of `roleGrantWorkspaces`. */
  isOverAll: number;
  createdAt: number;
  createdBy: string;
}

export interface RoleGrantWorkspaceTable {
  roleGrantId: string;
  workspaceId: string;
}

export interface GroupTable {
  id: string;
  name: string;
  nameKey: string;
  createdAt: number;
  source: Generated<string>;
  directoryId: string | null;
  externalId: string | null;
}

export interface GroupUserTable {
  groupId: string;
  userId: string;
}

export interface GroupGroupTable {
  parentId: string;
  childId: string;
}

export interface DirectoryTable {
  id: string;
  name: string;
  nameKey: string;
  /** `DirectoryContent` of the contract. */
  contentJson: string;
  /** The bind account's password, wrapped by the master key under the purpose `directory-bind`. */
  wrappedPassword: string;
  isEnabled: number;
  revision: number;
  updatedAt: number;
  updatedBy: string;
  lastContactAt: number | null;
  lastFailureJson: string | null;
}

/** Wrong passwords for somebody of a directory. */
export interface DirectoryFailureTable {
  directoryId: string;
  externalId: string;
  failedSignIns: number;
  lastFailureAt: number | null;
  lockedUntil: number | null;
}

export interface SessionTable {
  tokenHash: string;
  /** What the session is called where its token must not be known. */
  id: string;
  userId: string;
  transport: string;
  createdAt: number;
  lastUsedAt: number;
  /** IP address the sign-in came from. */
  address: string;
  userAgent: string;
  /** Row of `signInProviders`; `null` for a password. */
  providerId: string | null;
  /** What names the session at its provider, wrapped by the master key. */
  signOutHint: string | null;
}

/** A token for scripts; kept when it is revoked, so that its use afterwards is known for what it is. */
export interface ApiTokenTable {
  id: string;
  tokenHash: string;
  userId: string;
  name: string;
  permissionsJson: string;
  /** `null`: not confined to some workspaces. */
  workspaceIdsJson: string | null;
  createdAt: number;
  createdBy: string;
  expiresAt: number;
  lastUsedAt: number | null;
  lastAddress: string | null;
  revokedAt: number | null;
  /** When the audit log was last told that it was refused. */
  refusedAt: number | null;
}

/** The client secret is kept among the secrets. */
export interface SignInProviderTable {
  id: string;
  settingsJson: string;
  createdAt: number;
  updatedAt: number;
}
