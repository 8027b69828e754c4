import type { GroupId, UserId } from '@carrel/kit';

/** Somebody as a directory knows them. */
export interface DirectoryUser {
  readonly id: UserId;
  readonly userName: string;
  readonly displayName: string;
}

export type Authentication =
  | { readonly outcome: 'authenticated'; readonly user: DirectoryUser }
  /** Wrong name, wrong password, disabled or locked: callers cannot tell which, and must not. */
  | { readonly outcome: 'refused'; readonly code?: undefined }
  /** The password is right but too old, or an administrator wants another: nobody else gets to hear this. */
  | { readonly outcome: 'refused'; readonly code: 'PASSWORD_CHANGE_REQUIRED' };

/**
 * Where users and groups come from. An implementation MUST answer `refused` after the same work for a name it does not
 * know as for a wrong password, count failures against the account by {@link recordFailure}'s rule or one at least as
 * strict, and include nested groups in {@link groupsOf}. All calls may be made at the same time and repeated.
 */
export interface Directory {
  /** @throws {DIRECTORY_UNREACHABLE} the directory the name belongs to cannot be asked now: neither right nor wrong */
  authenticate(userName: string, password: string): Promise<Authentication>;
  /** Users whose user or display name contains the text, whatever its case, by user name. */
  findUsers(text: string, limit: number): Promise<DirectoryUser[]>;
  /** Every group the user is in, directly or through other groups, in no particular order. */
  groupsOf(userId: UserId): Promise<GroupId[]>;
}
