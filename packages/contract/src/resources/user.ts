import { z } from 'zod';
import { displayNameSchema, idSchema, timeSchema, userNameSchema } from './primitives.ts';

/** Who keeps somebody: Carrel itself, an LDAP directory, or a provider of OpenID Connect. */
export const userSourceSchema = z.enum(['built-in', 'ldap', 'oidc']);
export type UserSource = z.infer<typeof userSourceSchema>;

export const userSchema = z.object({
  id: idSchema('user'),
  userName: userNameSchema,
  displayName: displayNameSchema,
  source: userSourceSchema,
  /** The directory or sign-on provider they come from; `null` for built-in ones. */
  directoryId: z.uuid().nullable(),
  isDisabled: z.boolean(),
  /** Whether their directory disabled them rather than an administrator here; it also enables them again. */
  isDisabledByDirectory: z.boolean(),
  /** Wrong passwords locked the account until then; `null` when it is open. */
  lockedUntil: timeSchema.nullable(),
  /** Whether the next sign-in only gets as far as choosing a new password. */
  mustChangePassword: z.boolean(),
  createdAt: timeSchema,
});
export type User = z.infer<typeof userSchema>;

export const passwordSchema = z.string().min(10, 'expected at least 10 characters').max(256);

export const newUserSchema = z.strictObject({
  userName: userNameSchema,
  displayName: displayNameSchema.optional(),
  password: passwordSchema,
});

export const changeUserSchema = z.strictObject({
  displayName: displayNameSchema.optional(),
  password: passwordSchema.optional(),
  isDisabled: z.boolean().optional(),
  mustChangePassword: z.boolean().optional(),
});

export const groupSchema = z.object({
  id: idSchema('group'),
  name: displayNameSchema,
  source: userSourceSchema,
  directoryId: z.uuid().nullable(),
  createdAt: timeSchema,
  userIds: z.array(idSchema('user')),
  /** Groups inside this one; cycles are refused. */
  groupIds: z.array(idSchema('group')),
});
export type Group = z.infer<typeof groupSchema>;

export const newGroupSchema = z.strictObject({ name: displayNameSchema });

/** A new password by the one it replaces. */
export const changeOwnPasswordSchema = z.strictObject({
  oldPassword: z.string().min(1).max(256),
  newPassword: passwordSchema,
});

/** Replaces the membership of a group as a whole. */
export const groupMembersSchema = z.strictObject({
  userIds: z.array(idSchema('user')).max(100_000),
  groupIds: z.array(idSchema('group')).max(10_000),
});
