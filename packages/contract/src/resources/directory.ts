import { z } from 'zod';
import { displayNameSchema, idSchema, revisionSchema, timeSchema } from './primitives.ts';

/** Which rules a directory keeps its people by. */
export const directoryProfileSchema = z
  .enum(['active-directory', 'rfc2307bis'])
  .describe(
    'active-directory: Microsoft or Samba domain controllers; rfc2307bis: OpenLDAP and others with uid, groupOfNames or posixGroup',
  );
export type DirectoryProfile = z.infer<typeof directoryProfileSchema>;

const dnsNameSchema = z
  .string()
  .trim()
  .toLowerCase()
  .max(253)
  .regex(
    /^[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_]([a-z0-9_-]{0,62}))*$/,
    'expected a DNS name such as corp.example',
  );

const distinguishedNameSchema = z
  .string()
  .trim()
  .min(3)
  .max(1000)
  .regex(/^[^=]+=/, 'expected a distinguished name such as DC=corp,DC=example')
  .refine((text) => !/\p{Cc}/u.test(text), 'expected no control characters');

export const directoryServerSchema = z.strictObject({
  host: z
    .string()
    .trim()
    .min(1)
    .max(253)
    .regex(/^[\w.:-]+$/, 'expected a host name or an IP address')
    .describe('Host name as the certificate has it, or an IP address'),
  port: z
    .int()
    .min(1)
    .max(65_535)
    .default(636)
    .describe('636 for LDAPS, 389 for StartTLS, 3269 for a global catalog'),
  security: z
    .enum(['tls', 'start-tls'])
    .default('tls')
    .describe('tls: TLS from the first byte (LDAPS); start-tls: switched to before anything is said'),
});
export type DirectoryServer = z.output<typeof directoryServerSchema>;

const attributeNameSchema = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9;-]{0,99}$/, 'expected the name of an attribute');

/** Attributes where a directory differs from its profile. */
export const directoryAttributesSchema = z.strictObject({
  userName: attributeNameSchema
    .optional()
    .describe('What people type to sign in; sAMAccountName in Active Directory, uid elsewhere'),
  displayName: attributeNameSchema.optional().describe('Name shown; displayName, else cn'),
  groupName: attributeNameSchema
    .optional()
    .describe('Name of a group; sAMAccountName in Active Directory, cn elsewhere'),
  externalId: attributeNameSchema
    .optional()
    .describe('What stays when somebody is renamed; objectGUID in Active Directory, entryUUID elsewhere'),
});

const contentShape = {
  name: displayNameSchema,
  isEnabled: z.boolean().default(true),
  profile: directoryProfileSchema.default('active-directory'),
  dnsName: dnsNameSchema.describe(
    'Name of the domain, such as corp.example; people may sign in as ada@corp.example',
  ),
  netbiosName: z
    .string()
    .trim()
    .toUpperCase()
    .max(15)
    .regex(/^[^\s\\/:*?"<>|.]+$/, 'expected a name of up to 15 characters such as CORP')
    .nullable()
    .default(null)
    .describe(String.raw`Short name of the domain; people may sign in as CORP\ada`),
  userNameSuffixes: z
    .array(dnsNameSchema)
    .max(50)
    .default([])
    .describe('Further suffixes that people of this domain sign in with (UPN suffixes)'),
  servers: z
    .array(directoryServerSchema)
    .min(1)
    .max(20)
    .describe('Tried in this order; one that fails is passed over for a while'),
  baseDn: distinguishedNameSchema.describe(
    'Where people and groups are searched below, such as DC=corp,DC=example',
  ),
  bindDn: z
    .string()
    .trim()
    .max(1000)
    .regex(/[=@\\]/, 'expected a distinguished name, or in Active Directory name@domain')
    .describe(
      'The account that Carrel reads the directory with: a distinguished name, or in Active Directory also a UPN',
    ),
  certificateAuthority: z
    .string()
    .max(100_000)
    .includes('-----BEGIN CERTIFICATE-----', { message: 'expected certificates in PEM' })
    .nullable()
    .default(null)
    .describe(
      'Authorities that servers must be certified by, in PEM; null: those that the system of the server trusts',
    ),
  attributes: directoryAttributesSchema.default({}),
  trustWithoutContactHours: z
    .int()
    .min(0)
    .max(720)
    .default(24)
    .describe(
      'How long what the directory said last counts while no server of it answers. The default outlasts a night without a domain controller, and ends before a leaver could work a second day',
    ),
};

/** Everything of a directory but the password of its bind account. */
export const directoryContentSchema = z.strictObject(contentShape);
export type DirectoryContent = z.output<typeof directoryContentSchema>;

const bindPasswordSchema = z.string().min(1).max(1000);

export const newDirectorySchema = z.strictObject({ ...contentShape, bindPassword: bindPasswordSchema });

/** Replaces a directory. The password may be left out unless who gets to see it changes: servers, authority, account. */
export const changeDirectorySchema = z.strictObject({
  ...contentShape,
  bindPassword: bindPasswordSchema.optional(),
});

export const directorySchema = z.object({
  id: idSchema('directory'),
  ...contentShape,
  revision: revisionSchema,
  updatedAt: timeSchema,
  updatedBy: z.string(),
  /** When one of its servers answered last; `null` before the first time. */
  lastContactAt: timeSchema.nullable(),
  /** What went wrong since then. */
  lastFailure: z.object({ time: timeSchema, code: z.string(), message: z.string() }).nullable(),
  /** People and groups of it that are known here. */
  userCount: z.int(),
  groupCount: z.int(),
});
export type DirectoryConnection = z.infer<typeof directorySchema>;

/** Whom to look for in a test; without a name only the connection is tested. */
export const directoryTestSchema = z.strictObject({
  userName: z.string().min(1).max(300).optional().describe('Somebody to find, as they sign in'),
  password: z.string().max(256).optional().describe('Their password, to try signing in as well'),
});

/** The steps of a test, in order. */
export const directoryStepNames = [
  'resolve',
  'connect',
  'certificate',
  'bind',
  'base',
  'find-user',
  'groups',
  'authenticate',
] as const;

export const directoryStepSchema = z.object({
  step: z.enum(directoryStepNames),
  /** `host:port`; `null` for what is not about one server. */
  server: z.string().nullable(),
  outcome: z.enum(['ok', 'failed', 'skipped']),
  /** What was found, or why it failed. */
  detail: z.string(),
  /** With `failed`: a code of the catalogue. */
  code: z.string().nullable(),
  /** With `failed`: what to do. */
  remedy: z.string().nullable(),
  durationMs: z.int().min(0),
});
export type DirectoryStep = z.infer<typeof directoryStepSchema>;

export const directoryTestResultSchema = z.object({
  isWorking: z.boolean(),
  steps: z.array(directoryStepSchema),
});

/** Somebody or a group as the directory has it, whether known here or not. */
export const directoryPrincipalSchema = z.object({
  kind: z.enum(['user', 'group']),
  /** objectGUID or entryUUID: stays when the entry is renamed or moved. */
  externalId: z.string(),
  name: z.string(),
  displayName: z.string(),
  distinguishedName: z.string(),
  isDisabled: z.boolean(),
  /** Id of the user or group here; `null` until it is imported. */
  principalId: z.uuid().nullable(),
});
export type DirectoryPrincipal = z.infer<typeof directoryPrincipalSchema>;

/** A place of the network as Active Directory knows it. */
export const directorySiteSchema = z.object({
  name: z.string(),
  description: z.string(),
  /** Such as `10.1.0.0/16`. */
  subnets: z.array(z.string()),
  /** Sites it is linked with; of several ways the one of lower cost is preferred. */
  links: z.array(z.object({ to: z.string(), cost: z.number() })),
});

export const importPrincipalSchema = z.strictObject({
  kind: z.enum(['user', 'group']),
  externalId: z.string().min(1).max(200),
});
