/** What an account may do by what its directory says, whatever the password. */
export type AccountState =
  | 'usable'
  | 'disabled'
  /** Too many wrong passwords, for now. */
  | 'locked'
  /** The account's last day has passed. */
  | 'expired'
  /** The password is too old, or an administrator wants another. */
  | 'password-expired';

/** Somebody as an LDAP directory has them. */
export interface LdapAccount {
  /** objectGUID or entryUUID: stays when they are renamed or moved. */
  readonly externalId: string;
  readonly distinguishedName: string;
  /** Unique in the directory and across domains: `ada@corp.example`. */
  readonly userName: string;
  /** As they sign in within the domain: `ada`. */
  readonly shortName: string;
  readonly displayName: string;
  readonly state: AccountState;
  /** In Active Directory: what trusted domains know them by, `S-1-5-21-…`. */
  readonly securityId?: string | undefined;
}

export interface LdapGroup {
  readonly externalId: string;
  readonly distinguishedName: string;
  /** With the domain in front, `CORP\Sales`, where the domain has a short name. */
  readonly name: string;
}
