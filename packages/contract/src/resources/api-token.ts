import { z } from 'zod';
import { permissionSchema } from '../permissions.ts';
import { displayNameSchema, idSchema, timeSchema, userNameSchema } from './primitives.ts';

/** What every API token begins with, so that scanners of files and logs find one that got lost. */
export const apiTokenPrefix = 'crl_';
export const longestApiTokenDays = 365;

/** A token for scripts: acts as its user, with no more than its scope. */
export const apiTokenSchema = z.object({
  id: idSchema('api-token'),
  name: displayNameSchema,
  userId: idSchema('user'),
  userName: userNameSchema,
  /** What it may do, as far as its user may do it at that moment. */
  permissions: z.array(permissionSchema),
  /** The workspaces it is confined to; `null`: all its user may see. */
  workspaceIds: z.array(idSchema('workspace')).nullable(),
  createdAt: timeSchema,
  createdBy: userNameSchema,
  expiresAt: timeSchema,
  lastUsedAt: timeSchema.nullable(),
  lastAddress: z.string().nullable(),
  state: z.enum(['active', 'expired', 'revoked']),
});
export type ApiToken = z.infer<typeof apiTokenSchema>;

export const newApiTokenSchema = z.strictObject({
  name: displayNameSchema,
  permissions: z.array(permissionSchema).min(1),
  workspaceIds: z.array(idSchema('workspace')).min(1).max(1000).nullable().default(null),
  validForDays: z.int().min(1).max(longestApiTokenDays).default(90),
  /** Whose: default the caller's own. Somebody else's needs `administrators.manage`; so service accounts get theirs. */
  userId: idSchema('user').optional(),
});

/** The answer to making one: the only time the secret is told. */
export const createdApiTokenSchema = apiTokenSchema.extend({ token: z.string() });
