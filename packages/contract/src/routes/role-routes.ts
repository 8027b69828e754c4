import { z } from 'zod';
import { idSchema, pageOf, pageQuerySchema } from '../resources/primitives.ts';
import {
  roleGrantInputSchema,
  roleGrantSchema,
  roleIdSchema,
  roleInputSchema,
  roleSchema,
} from '../resources/role.ts';
import { allow, defineRoute } from './define-route.ts';

const roleParams = z.object({ roleId: roleIdSchema });
const tag = 'Administrators';

/** Who may administer what. */
export const roleRoutes = {
  listRoles: defineRoute({
    id: 'listRoles',
    method: 'GET',
    path: '/api/v1/roles',
    tag,
    summary: 'Roles with their permissions: the template roles, then those of this instance by name',
    access: allow('administrators.view'),
    status: 200,
    response: z.object({ items: z.array(roleSchema) }),
  }),
  createRole: defineRoute({
    id: 'createRole',
    method: 'POST',
    path: '/api/v1/roles',
    tag,
    summary: 'Make a role of permissions the caller has',
    access: allow('administrators.manage'),
    body: roleInputSchema,
    status: 201,
    response: roleSchema,
  }),
  changeRole: defineRoute({
    id: 'changeRole',
    method: 'PUT',
    path: '/api/v1/roles/{roleId}',
    tag,
    summary: 'Change a role of this instance; whoever has it gains and loses at once',
    access: allow('administrators.manage'),
    params: roleParams,
    body: roleInputSchema,
    status: 200,
    response: roleSchema,
  }),
  deleteRole: defineRoute({
    id: 'deleteRole',
    method: 'DELETE',
    path: '/api/v1/roles/{roleId}',
    tag,
    summary: 'Delete a role of this instance that nobody has',
    access: allow('administrators.manage'),
    params: roleParams,
    status: 204,
  }),
  listRoleGrants: defineRoute({
    id: 'listRoleGrants',
    method: 'GET',
    path: '/api/v1/role-grants',
    tag,
    summary: 'Who has which role, and over what',
    access: allow('administrators.view'),
    query: pageQuerySchema.extend({
      principalId: z.uuid().optional().describe('Only what this user or group was given itself'),
      roleId: roleIdSchema.optional(),
    }),
    status: 200,
    response: pageOf(roleGrantSchema),
  }),
  putRoleGrant: defineRoute({
    id: 'putRoleGrant',
    method: 'PUT',
    path: '/api/v1/role-grants',
    tag,
    summary:
      'Give a role to a user or group over everything or some workspaces; replaces the scope there was',
    access: allow('administrators.manage'),
    body: roleGrantInputSchema,
    status: 200,
    response: roleGrantSchema,
  }),
  deleteRoleGrant: defineRoute({
    id: 'deleteRoleGrant',
    method: 'DELETE',
    path: '/api/v1/role-grants/{roleGrantId}',
    tag,
    summary: 'Take a role away; refused when nobody would be left to administer the instance',
    access: allow('administrators.manage'),
    params: z.object({ roleGrantId: idSchema('role-grant') }),
    status: 204,
  }),
};
