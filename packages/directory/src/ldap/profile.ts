import type { Filter } from 'ldapts';
import {
  activeDirectoryState,
  activeDirectoryStateAttributes,
  posixState,
  posixStateAttributes,
} from './accounts/account-state.ts';
import { formatGuid, formatSid, parseGuid } from './accounts/identifiers.ts';
import type { LdapAccount, LdapGroup } from './accounts/ldap-account.ts';
import type { SignInName } from './accounts/sign-in-name.ts';
import type { LdapEntry } from './connection/ldap-entry.ts';
import { all, any, equals, hasBits, includes } from './filters.ts';
import type { LdapSettings } from './ldap-settings.ts';

/** How one kind of directory keeps people and groups: which attributes there are, and how to ask for them. */
export interface Profile {
  readonly accountAttributes: readonly string[];
  readonly groupAttributes: readonly string[];
  /** Everybody who may be meant by the name in this directory. */
  accountNamed(name: SignInName): Filter;
  accountContaining(text: string): Filter;
  /** @returns `undefined` when no entry can have such an id */
  accountOf(externalId: string): Filter | undefined;
  /** Any group that counts for permissions. */
  readonly anyGroup: Filter;
  groupContaining(text: string): Filter;
  groupOf(externalId: string): Filter | undefined;
  /** @returns `undefined` for an entry without what makes it an account */
  readAccount(entry: LdapEntry, nowMs: number): LdapAccount | undefined;
  readGroup(entry: LdapEntry): LdapGroup | undefined;
}

/** The bit of `groupType` that makes a group count for permissions (MS-ADTS, 2.2.12). */
const securityGroup = 0x8000_0000;

export function createProfile(settings: LdapSettings): Profile {
  return settings.profile === 'active-directory' ? activeDirectory(settings) : rfc2307bis(settings);
}

function activeDirectory(settings: LdapSettings): Profile {
  const { attributes, dnsName } = settings;
  const shortName = attributes.userName ?? 'sAMAccountName';
  const displayName = attributes.displayName ?? 'displayName';
  const groupName = attributes.groupName ?? 'sAMAccountName';
  const id = attributes.externalId ?? 'objectGUID';
  const person = all(equals('objectCategory', 'person'), equals('objectClass', 'user'));
  const anyGroup = all(equals('objectCategory', 'group'), hasBits('groupType', securityGroup));
  const byId = (kind: Filter, externalId: string): Filter | undefined => {
    const bytes = parseGuid(externalId);
    return bytes && all(kind, equals(id, bytes));
  };
  return {
    accountAttributes: [
      ...[id, shortName, 'userPrincipalName', displayName, 'cn', 'objectSid', 'primaryGroupID'],
      ...activeDirectoryStateAttributes,
    ],
    groupAttributes: [id, groupName, 'cn', 'objectSid'],
    accountNamed: (name) =>
      name.form === 'principal'
        ? all(
            person,
            any(
              equals('userPrincipalName', name.whole),
              // Everybody also has name@domain, whatever their explicit name is (MS-ADTS, 5.1.1.1.1).
              ...(name.suffix.toLowerCase() === dnsName ? [equals(shortName, name.name)] : []),
            ),
          )
        : all(person, equals(shortName, name.name)),
    accountContaining: (text) =>
      all(person, anyContaining([shortName, 'userPrincipalName', displayName, 'cn'], text)),
    accountOf: (externalId) => byId(person, externalId),
    anyGroup,
    groupContaining: (text) => all(anyGroup, anyContaining([groupName, 'cn'], text)),
    groupOf: (externalId) => byId(anyGroup, externalId),
    readAccount: (entry, nowMs) => {
      const name = entry.text(shortName);
      const guid = entry.bytes(id)[0];
      const sid = entry.bytes('objectSid')[0];
      if (name === undefined || guid === undefined) return undefined;
      return {
        externalId: formatGuid(guid),
        distinguishedName: entry.distinguishedName,
        userName: entry.text('userPrincipalName') ?? `${name}@${dnsName}`,
        shortName: name,
        displayName: entry.text(displayName) ?? entry.text('cn') ?? name,
        state: activeDirectoryState(entry, nowMs),
        securityId: sid && formatSid(sid),
      };
    },
    readGroup: (entry) => {
      const guid = entry.bytes(id)[0];
      const name = entry.text(groupName) ?? entry.text('cn');
      if (guid === undefined || name === undefined) return undefined;
      return groupNamed(settings, formatGuid(guid), entry, name);
    },
  };
}

function rfc2307bis(settings: LdapSettings): Profile {
  const { attributes, dnsName } = settings;
  const shortName = attributes.userName ?? 'uid';
  const groupName = attributes.groupName ?? 'cn';
  const id = attributes.externalId ?? 'entryUUID';
  const person = any(...['person', 'posixAccount', 'account'].map((kind) => equals('objectClass', kind)));
  const anyGroup = any(
    ...['groupOfNames', 'groupOfUniqueNames', 'posixGroup'].map((kind) => equals('objectClass', kind)),
  );
  const shownNames = attributes.displayName === undefined ? ['displayName', 'cn'] : [attributes.displayName];
  return {
    accountAttributes: [id, shortName, ...shownNames, 'gidNumber', ...posixStateAttributes],
    groupAttributes: [id, groupName],
    accountNamed: (name) => all(person, equals(shortName, name.name)),
    accountContaining: (text) => all(person, anyContaining([shortName, ...shownNames], text)),
    accountOf: (externalId) => all(person, equals(id, externalId)),
    anyGroup,
    groupContaining: (text) => all(anyGroup, anyContaining([groupName], text)),
    groupOf: (externalId) => all(anyGroup, equals(id, externalId)),
    readAccount: (entry, nowMs) => {
      const name = entry.text(shortName);
      const externalId = entry.text(id);
      if (name === undefined || externalId === undefined) return undefined;
      const shown = shownNames.map((attribute) => entry.text(attribute)).find((text) => text !== undefined);
      return {
        externalId,
        distinguishedName: entry.distinguishedName,
        userName: `${name}@${dnsName}`,
        shortName: name,
        displayName: shown ?? name,
        state: posixState(entry, nowMs),
      };
    },
    readGroup: (entry) => {
      const externalId = entry.text(id);
      const name = entry.text(groupName);
      return externalId === undefined || name === undefined
        ? undefined
        : groupNamed(settings, externalId, entry, name);
    },
  };
}

function groupNamed(settings: LdapSettings, externalId: string, entry: LdapEntry, name: string): LdapGroup {
  const domain = settings.netbiosName;
  return {
    externalId,
    distinguishedName: entry.distinguishedName,
    name: domain === null ? name : `${domain}\\${name}`,
  };
}

function anyContaining(attributes: readonly string[], text: string): Filter {
  return any(...attributes.map((attribute) => includes(attribute, text)));
}
