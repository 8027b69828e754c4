import { z } from 'zod';
import { displayNameSchema, idSchema, timeSchema } from './primitives.ts';

/** An address people or the server go to; never without TLS. */
const httpsUrlSchema = z
  .url({ protocol: /^https$/ })
  .max(500)
  .refine((text) => URL.parse(text)?.username === '', 'expected no user name or password');

const claimNameSchema = z
  .string()
  .min(1)
  .max(100)
  .describe('Name of a claim; dots lead into objects where no claim has the name as a whole');

/** How the groups a provider names become groups here. */
const signInGroupsSchema = z.strictObject({
  claim: claimNameSchema.nullable().default('groups').describe('Claim with the groups; null takes none'),
  taken: z
    .enum(['all', 'listed'])
    .default('all')
    .describe('Which groups are taken over: all the claim names, or only those listed'),
  listed: z
    .array(
      z.strictObject({
        externalId: z.string().min(1).max(200).describe('The value in the claim'),
        name: displayNameSchema.describe('What the group is called here'),
      }),
    )
    .max(1000)
    .default([])
    .describe('Names for groups, where the provider sends identifiers that nobody can read'),
});

export const signInProviderSettingsSchema = z.strictObject({
  displayName: displayNameSchema.describe('What the button on the sign-in page says'),
  isEnabled: z.boolean().default(true),
  issuer: httpsUrlSchema.describe('Issuer identifier; discovery starts there'),
  clientId: z.string().min(1).max(200),
  /** Origin people reach the console at; the provider must know `{origin}/api/v1/sign-in/callback`. */
  consoleOrigin: httpsUrlSchema
    .refine((text) => URL.parse(text)?.origin === text, 'expected an origin like https://HOST:PORT')
    .describe('Where people open the console, such as https://carrel.example:7443'),
  scopes: z
    .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/, 'expected a scope of OAuth 2.0'))
    .max(20)
    .default(['openid', 'profile', 'email'])
    .refine((scopes) => scopes.includes('openid'), 'expected openid among them'),
  userNameClaim: claimNameSchema.default('preferred_username'),
  displayNameClaim: claimNameSchema.default('name'),
  groups: signInGroupsSchema.prefault({}),
  /** Only people whose claim has one of the values are let in; `null`: everybody the provider lets in. */
  required: z
    .strictObject({
      claim: claimNameSchema,
      values: z.array(z.string().min(1).max(200)).min(1).max(100),
    })
    .nullable()
    .default(null),
  /** PEM of the authority its certificate is from, and no other; `null`: what the server's system trusts. */
  authorityPem: z.string().max(20_000).nullable().default(null),
  clockSkewSeconds: z.int().min(0).max(300).default(30).describe('How far its clock may be off'),
});
export type SignInProviderSettings = z.infer<typeof signInProviderSettingsSchema>;

/** An OpenID Connect provider through which people sign in. Its client secret is never told. */
export const signInProviderSchema = signInProviderSettingsSchema.extend({
  id: idSchema('sign-in-provider'),
  hasClientSecret: z.boolean(),
  createdAt: timeSchema,
  updatedAt: timeSchema,
});
export type SignInProvider = z.infer<typeof signInProviderSchema>;

const clientSecretSchema = z.string().min(1).max(1000);

export const newSignInProviderSchema = signInProviderSettingsSchema.extend({
  /** Absent for a public client, which proves itself by PKCE alone. */
  clientSecret: clientSecretSchema.optional(),
});

export const changeSignInProviderSchema = signInProviderSettingsSchema.extend({
  /** Absent keeps the present one, `null` removes it. */
  clientSecret: clientSecretSchema.nullable().optional(),
});

/** What a provider answered when it was tried. */
export const signInProviderCheckSchema = z.object({
  /** Where people are sent to sign in. */
  authorizationEndpoint: z.string(),
  hasDeviceFlow: z.boolean(),
  hasSignOut: z.boolean(),
  signingKeys: z.int().min(0),
  /** What the provider must have registered for this client. */
  redirectUri: z.string(),
  postSignOutRedirectUri: z.string(),
});

/** A sign-in at a provider that a person finishes in any browser. */
export const deviceSignInSchema = z.object({
  /** Names this sign-in when asking whether it is finished. A secret of whoever began it. */
  handle: z.string().max(8000),
  /** What the person types at the address. */
  userCode: z.string(),
  verificationUri: z.string(),
  /** The address with the code in it, for links and QR codes. */
  verificationUriComplete: z.string().nullable(),
  expiresInSeconds: z.int().min(1),
  /** How long to wait between asking. */
  intervalSeconds: z.int().min(1),
});
export type DeviceSignIn = z.infer<typeof deviceSignInSchema>;

export const deviceSignInPendingSchema = z.object({
  outcome: z.literal('pending'),
  /** How long to wait before asking again. */
  intervalSeconds: z.int().min(1),
});
