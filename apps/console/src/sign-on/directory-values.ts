import { changeDirectorySchema, type DirectoryConnection, newDirectorySchema } from '@carrel/contract';
import { readSchema, type SettingWords } from '../schema-fields/index.ts';
import type { Typed } from '../ui/index.ts';

const reading = readSchema(newDirectorySchema);

/** Everything that is set of a directory, read from the schema the server judges it by. */
export const directorySettings = reading.settings;
export const serverSettings = reading.entriesOf('servers').get('') ?? new Map<string, never>();

/** What the form of a directory holds. */
export type DirectoryValues = Typed<
  Pick<
    DirectoryConnection,
    | 'name'
    | 'isEnabled'
    | 'profile'
    | 'dnsName'
    | 'netbiosName'
    | 'userNameSuffixes'
    | 'servers'
    | 'baseDn'
    | 'bindDn'
    | 'certificateAuthority'
    | 'trustWithoutContactHours'
  >
> & {
  /** Empty: stays as it is. */
  bindPassword: string;
  /** Empty: as the profile has it. */
  attributes: { userName: string; displayName: string; groupName: string; externalId: string };
};

export const newDirectoryValues: DirectoryValues = {
  name: '',
  isEnabled: true,
  profile: 'active-directory',
  dnsName: '',
  netbiosName: null,
  userNameSuffixes: [],
  servers: [{ host: '', port: 636, security: 'tls' }],
  baseDn: '',
  bindDn: '',
  bindPassword: '',
  certificateAuthority: null,
  attributes: { userName: '', displayName: '', groupName: '', externalId: '' },
  trustWithoutContactHours: 24,
};

export function directoryValuesOf(directory: DirectoryConnection): DirectoryValues {
  const { attributes } = directory;
  return structuredClone({
    name: directory.name,
    isEnabled: directory.isEnabled,
    profile: directory.profile,
    dnsName: directory.dnsName,
    netbiosName: directory.netbiosName,
    userNameSuffixes: directory.userNameSuffixes,
    servers: directory.servers,
    baseDn: directory.baseDn,
    bindDn: directory.bindDn,
    bindPassword: '',
    certificateAuthority: directory.certificateAuthority,
    attributes: {
      userName: attributes.userName ?? '',
      displayName: attributes.displayName ?? '',
      groupName: attributes.groupName ?? '',
      externalId: attributes.externalId ?? '',
    },
    trustWithoutContactHours: directory.trustWithoutContactHours,
  });
}

/** The form as {@link newDirectorySchema} and {@link changeDirectorySchema} take it, valid or not. */
export function directoryInputOf({ bindPassword, attributes, ...values }: DirectoryValues): unknown {
  return {
    ...values,
    attributes: Object.fromEntries(Object.entries(attributes).filter(([, name]) => name.trim() !== '')),
    ...(bindPassword === '' ? {} : { bindPassword }),
  };
}

export const directorySchemas = { create: newDirectorySchema, change: changeDirectorySchema } as const;

/** Words for the settings of a directory by their path. */
export const directoryWords: Readonly<Record<string, SettingWords>> = {
  name: { label: 'Name' },
  isEnabled: { label: 'In use', description: 'Off: nobody of it can sign in.' },
  profile: {
    label: 'Kind',
    description: 'Which rules it keeps its people by.',
    choices: {
      'active-directory': 'Active Directory (Microsoft or Samba)',
      rfc2307bis: 'LDAP (OpenLDAP and others)',
    },
  },
  dnsName: { label: 'Domain', placeholder: 'corp.example', control: 'mono' },
  netbiosName: { label: 'Short name', placeholder: 'CORP', control: 'mono' },
  userNameSuffixes: { label: 'Further sign-in suffixes', placeholder: 'example.com' },
  servers: { label: 'Servers' },
  baseDn: { label: 'Search below', placeholder: 'DC=corp,DC=example', control: 'mono' },
  bindDn: { label: 'Account that reads it', placeholder: 'carrel@corp.example', control: 'mono' },
  bindPassword: { label: 'Its password' },
  certificateAuthority: {
    label: 'Certificate authority',
    description: 'In PEM. Empty: those that the system of the server trusts.',
    placeholder: '-----BEGIN CERTIFICATE-----',
    control: 'long',
  },
  'attributes.userName': { label: 'User name', placeholder: 'as its kind has it', control: 'mono' },
  'attributes.displayName': { label: 'Display name', placeholder: 'as its kind has it', control: 'mono' },
  'attributes.groupName': { label: 'Group name', placeholder: 'as its kind has it', control: 'mono' },
  'attributes.externalId': { label: 'What stays', placeholder: 'as its kind has it', control: 'mono' },
  trustWithoutContactHours: { label: 'Trust without an answer', suffix: ' h' },
  host: { label: 'Host', placeholder: 'dc1.corp.example', control: 'mono' },
  port: { label: 'Port' },
  security: { label: 'TLS', choices: { tls: 'From the first byte (LDAPS)', 'start-tls': 'StartTLS' } },
};
