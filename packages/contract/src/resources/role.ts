import { z } from 'zod';
import { permissionSchema, roleNameSchema } from '../permissions.ts';
import { principalSchema } from './assignment.ts';
import { displayNameSchema, idSchema, timeSchema } from './primitives.ts';

/** A template role by its name, or a role of this instance by its id. */
export const roleIdSchema = z.union([roleNameSchema, z.uuid()]).describe('Name of a template role, or id');

export const roleSchema = z.object({
  id: roleIdSchema,
  name: displayNameSchema,
  description: z.string(),
  permissions: z.array(permissionSchema),
  /** Template roles can neither be changed nor deleted. */
  isTemplate: z.boolean(),
});
export type Role = z.infer<typeof roleSchema>;

/** A role as a person writes it. Nobody can put in a permission that they do not have over everything. */
export const roleInputSchema = z.strictObject({
  name: displayNameSchema,
  description: z.string().max(500).default(''),
  permissions: z.array(permissionSchema).min(1).max(100),
});

/** What a role is granted over. */
export const roleScopeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('all') }),
  z.strictObject({
    kind: z.literal('workspaces'),
    workspaceIds: z.array(idSchema('workspace')).min(1).max(1000),
  }),
]);
export type RoleScope = z.infer<typeof roleScopeSchema>;

/** A role given to a user or a group: over everything, or over some workspaces. */
export const roleGrantSchema = z.object({
  id: idSchema('role-grant'),
  principal: principalSchema,
  principalName: z.string(),
  roleId: roleIdSchema,
  roleName: displayNameSchema,
  /** Fewer workspaces than were granted when some are gone, in the end none. */
  scope: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('all') }),
    z.object({ kind: z.literal('workspaces'), workspaceIds: z.array(idSchema('workspace')) }),
  ]),
  createdAt: timeSchema,
  createdBy: z.string(),
});
export type RoleGrant = z.infer<typeof roleGrantSchema>;

/** Replaces what the principal had of this role. */
export const roleGrantInputSchema = z.strictObject({
  principal: principalSchema,
  roleId: roleIdSchema,
  scope: roleScopeSchema.prefault({ kind: 'all' }),
});
