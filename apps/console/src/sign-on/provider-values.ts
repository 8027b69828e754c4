import {
  changeSignInProviderSchema,
  newSignInProviderSchema,
  type SignInProvider,
  signInProviderSettingsSchema,
} from '@carrel/contract';
import { readSchema, type SettingWords } from '../schema-fields/index.ts';
import type { Typed } from '../ui/index.ts';

const reading = readSchema(signInProviderSettingsSchema);

/** Everything that is set of a provider, read from the schema the server judges it by. */
export const providerSettings = reading.settings;
export const groupEntrySettings = reading.entriesOf('groups.listed').get('') ?? new Map<string, never>();

export const providerSchemas = {
  create: newSignInProviderSchema,
  change: changeSignInProviderSchema,
} as const;

/** What the form of a provider holds. */
export type ProviderValues = Typed<
  Pick<
    SignInProvider,
    | 'displayName'
    | 'isEnabled'
    | 'issuer'
    | 'clientId'
    | 'consoleOrigin'
    | 'scopes'
    | 'userNameClaim'
    | 'displayNameClaim'
    | 'groups'
    | 'authorityPem'
    | 'clockSkewSeconds'
  >
> & {
  /** Empty: stays as it is, or none for a new one. */
  clientSecret: string;
  /** Empty claim: everybody the provider lets in. */
  required: { claim: string; values: string[] };
};

export function newProviderValues(consoleOrigin: string): ProviderValues {
  return {
    displayName: '',
    isEnabled: true,
    issuer: '',
    clientId: '',
    clientSecret: '',
    consoleOrigin,
    scopes: ['openid', 'profile', 'email'],
    userNameClaim: 'preferred_username',
    displayNameClaim: 'name',
    groups: { claim: 'groups', taken: 'all', listed: [] },
    required: { claim: '', values: [] },
    authorityPem: null,
    clockSkewSeconds: 30,
  };
}

export function providerValuesOf(provider: SignInProvider): ProviderValues {
  return structuredClone({
    displayName: provider.displayName,
    isEnabled: provider.isEnabled,
    issuer: provider.issuer,
    clientId: provider.clientId,
    clientSecret: '',
    consoleOrigin: provider.consoleOrigin,
    scopes: provider.scopes,
    userNameClaim: provider.userNameClaim,
    displayNameClaim: provider.displayNameClaim,
    groups: provider.groups,
    required: provider.required ?? { claim: '', values: [] },
    authorityPem: provider.authorityPem,
    clockSkewSeconds: provider.clockSkewSeconds,
  });
}

/** The form as the schemas take it, valid or not. */
export function providerInputOf({ clientSecret, required, ...values }: ProviderValues): unknown {
  return {
    ...values,
    required: required.claim.trim() === '' ? null : required,
    ...(clientSecret === '' ? {} : { clientSecret }),
  };
}

/** Words for the settings of a provider by their path. */
export const providerWords: Readonly<Record<string, SettingWords>> = {
  displayName: { label: 'Name on the button', placeholder: 'Example Corp' },
  isEnabled: { label: 'In use', description: 'Off: its button goes, and the sessions it opened end.' },
  issuer: { label: 'Issuer', placeholder: 'https://login.example.com', control: 'mono' },
  clientId: { label: 'Client id', control: 'mono' },
  consoleOrigin: { label: 'Address of this console', control: 'mono' },
  scopes: { label: 'Scopes' },
  userNameClaim: { label: 'Claim with the user name', control: 'mono' },
  displayNameClaim: { label: 'Claim with the display name', control: 'mono' },
  'groups.claim': { label: 'Claim with the groups', placeholder: 'none', control: 'mono' },
  'groups.taken': {
    label: 'Groups taken over',
    description: '',
    choices: { all: 'All that the claim names', listed: 'Only those listed below' },
  },
  authorityPem: {
    label: 'Certificate authority',
    description: 'In PEM. Empty: those that the system of the server trusts.',
    placeholder: '-----BEGIN CERTIFICATE-----',
    control: 'long',
  },
  clockSkewSeconds: { label: 'Clock difference', suffix: ' s' },
  externalId: { label: 'Value in the claim', control: 'mono' },
  name: { label: 'Name here' },
};
