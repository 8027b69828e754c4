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
 * Whether a user may go on with what they have. `out-of-contact`: their directory cannot be asked, and what it said
 * last has counted for as long as it may.
 */
export type Standing = 'active' | 'disabled' | 'out-of-contact';

/**
 * Where users and groups come from. An implementation MUST answer `refused` after the same work for a name it does not
 * know as for a wrong password, count failures against the account by {@link recordFailure}'s rule or one at least as
 * strict, and include nested groups in {@link groupsOf}. All calls may be made at the same time and repeated.
 */
export interface Directory {
  /** @throws {DIRECTORY_UNREACHABLE} the directory the name belongs to cannot be asked now: neither right nor wrong */
  authenticate(userName: string, password: string): Promise<Authentication>;
  /**
   * Whether the user may go on, by what their directory says now, or said last when it takes too long to ask. Their
   * groups are up to date afterwards as far as it was asked.
   */
  standingOf(userId: string): Promise<Standing>;
  /** Users whose user or display name contains the text, whatever its case, by user name. */
  findUsers(text: string, limit: number): Promise<DirectoryUser[]>;
  /** Every group the user is in, directly or through other groups, in no particular order. */
  groupsOf(userId: UserId): Promise<GroupId[]>;
}
