import { z } from 'zod';
import { idSchema, pageOf, pageQuerySchema } from '../resources/primitives.ts';
import {
  changeUserSchema,
  groupMembersSchema,
  groupSchema,
  newGroupSchema,
  newUserSchema,
  userSchema,
} from '../resources/user.ts';
import { allow, defineRoute } from './define-route.ts';

const userParams = z.object({ userId: idSchema('user') });
const groupParams = z.object({ groupId: idSchema('group') });
const tag = 'Users';

export const userRoutes = {
  listUsers: defineRoute({
    id: 'listUsers',
    method: 'GET',
    path: '/api/v1/users',
    tag,
    summary: 'Users by name',
    access: allow('users.view'),
    query: pageQuerySchema.extend({
      search: z.string().max(100).optional().describe('Part of the user or display name'),
      userName: z.string().optional().describe('Only the user of exactly this name'),
    }),
    status: 200,
    response: pageOf(userSchema),
  }),
  createUser: defineRoute({
    id: 'createUser',
    method: 'POST',
    path: '/api/v1/users',
    tag,
    summary: 'Add a built-in user',
    access: allow('users.manage'),
    body: newUserSchema,
    status: 201,
    response: userSchema,
  }),
  changeUser: defineRoute({
    id: 'changeUser',
    method: 'PATCH',
    path: '/api/v1/users/{userId}',
    tag,
    summary: 'Change, disable or enable a user; a new password ends their sessions',
    access: allow('users.manage'),
    params: userParams,
    body: changeUserSchema,
    status: 200,
    response: userSchema,
  }),
  listGroups: defineRoute({
    id: 'listGroups',
    method: 'GET',
    path: '/api/v1/groups',
    tag,
    summary: 'Groups by name',
    access: allow('users.view'),
    query: pageQuerySchema.extend({ name: z.string().optional().describe('Only the group of this name') }),
    status: 200,
    response: pageOf(groupSchema),
  }),
  createGroup: defineRoute({
    id: 'createGroup',
    method: 'POST',
    path: '/api/v1/groups',
    tag,
    summary: 'Add a group',
    access: allow('users.manage'),
    body: newGroupSchema,
    status: 201,
    response: groupSchema,
  }),
  setGroupMembers: defineRoute({
    id: 'setGroupMembers',
    method: 'PUT',
    path: '/api/v1/groups/{groupId}/members',
    tag,
    summary: 'Replace the members of a group; a group cannot end up inside itself',
    access: allow('users.manage'),
    params: groupParams,
    body: groupMembersSchema,
    status: 200,
    response: groupSchema,
  }),
  deleteGroup: defineRoute({
    id: 'deleteGroup',
    method: 'DELETE',
    path: '/api/v1/groups/{groupId}',
    tag,
    summary: 'Delete a group and the assignments to it',
    access: allow('users.manage'),
    params: groupParams,
    status: 204,
  }),
};
