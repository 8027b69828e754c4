import { z } from 'zod';
import { apiTokenSchema, createdApiTokenSchema, newApiTokenSchema } from '../resources/api-token.ts';
import { idSchema, pageOf, pageQuerySchema } from '../resources/primitives.ts';
import { allow, defineRoute } from './define-route.ts';

const tag = 'API tokens';
const tokenParams = z.object({ tokenId: idSchema('api-token') });

export const apiTokenRoutes = {
  listTokens: defineRoute({
    id: 'listTokens',
    method: 'GET',
    path: '/api/v1/tokens',
    tag,
    summary: "The caller's own API tokens, newest first",
    access: { kind: 'signed-in' },
    query: pageQuerySchema,
    status: 200,
    response: pageOf(apiTokenSchema),
  }),
  listAllTokens: defineRoute({
    id: 'listAllTokens',
    method: 'GET',
    path: '/api/v1/tokens/all',
    tag,
    summary: "Everybody's API tokens, newest first",
    access: allow('administrators.manage'),
    query: pageQuerySchema.extend({ userId: idSchema('user').optional() }),
    status: 200,
    response: pageOf(apiTokenSchema),
  }),
  createToken: defineRoute({
    id: 'createToken',
    method: 'POST',
    path: '/api/v1/tokens',
    tag,
    summary: 'Make an API token with part of what its user may do; the secret is told this once',
    access: { kind: 'signed-in' },
    body: newApiTokenSchema,
    status: 201,
    response: createdApiTokenSchema,
  }),
  revokeToken: defineRoute({
    id: 'revokeToken',
    method: 'DELETE',
    path: '/api/v1/tokens/{tokenId}',
    tag,
    summary: "Revoke an API token; somebody else's needs administrators.manage",
    access: { kind: 'signed-in' },
    params: tokenParams,
    status: 200,
    response: apiTokenSchema,
  }),
};
