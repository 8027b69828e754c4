import { z } from 'zod';
import { roleNameSchema } from '../permissions.ts';
import { displayNameSchema, idSchema, timeSchema, userNameSchema } from './primitives.ts';

export const userSchema = z.object({
  id: idSchema('user'),
  userName: userNameSchema,
  displayName: displayNameSchema,
  source: z.enum(['built-in']),
  /** Administrative roles; empty for people who only use workspaces. */
  roles: z.array(roleNameSchema),
  isDisabled: z.boolean(),
  createdAt: timeSchema,
});
export type User = z.infer<typeof userSchema>;

export const passwordSchema = z.string().min(10, 'expected at least 10 characters').max(256);

export const newUserSchema = z.strictObject({
  userName: userNameSchema,
  displayName: displayNameSchema.optional(),
  password: passwordSchema,
  roles: z.array(roleNameSchema).default([]),
});

export const changeUserSchema = z.strictObject({
  displayName: displayNameSchema.optional(),
  password: passwordSchema.optional(),
  roles: z.array(roleNameSchema).optional(),
  isDisabled: z.boolean().optional(),
});

export const groupSchema = z.object({
  id: idSchema('group'),
  name: displayNameSchema,
  createdAt: timeSchema,
  userIds: z.array(idSchema('user')),
  /** Groups inside this one; cycles are refused. */
  groupIds: z.array(idSchema('group')),
});
export type Group = z.infer<typeof groupSchema>;

export const newGroupSchema = z.strictObject({ name: displayNameSchema });

/** Replaces the membership of a group as a whole. */
export const groupMembersSchema = z.strictObject({
  userIds: z.array(idSchema('user')).max(100_000),
  groupIds: z.array(idSchema('group')).max(10_000),
});
