import { z } from 'zod';
import { displayNameSchema, idSchema, userNameSchema } from '../resources/primitives.ts';
import { sessionSchema } from '../resources/session.ts';
import {
  changeSignInProviderSchema,
  deviceSignInPendingSchema,
  deviceSignInSchema,
  newSignInProviderSchema,
  signInProviderCheckSchema,
  signInProviderSchema,
} from '../resources/sign-in-provider.ts';
import { allow, defineRoute } from './define-route.ts';

const tag = 'Single sign-on';
const providerParams = z.object({ providerId: idSchema('sign-in-provider') });
const handleBody = z.strictObject({ handle: z.string().min(1).max(8000) });

/**
 * Addresses a browser goes to, which answer with redirects and are therefore no operations.
 * `start?provider=ID&returnTo=/PATH` leads to the provider; it leads back to `callback`, and that to `returnTo`, or
 * to `/sign-in?error=CODE` of the console.
 */
export const signInPaths = {
  start: '/api/v1/sign-in/start',
  callback: '/api/v1/sign-in/callback',
} as const;

export const singleSignOnRoutes = {
  listSignInOptions: defineRoute({
    id: 'listSignInOptions',
    method: 'GET',
    path: '/api/v1/sign-in/options',
    tag,
    summary: 'The sign-in providers people may choose from',
    access: { kind: 'public' },
    status: 200,
    response: z.object({
      items: z.array(z.object({ id: idSchema('sign-in-provider'), displayName: displayNameSchema })),
    }),
  }),
  beginDeviceSignIn: defineRoute({
    id: 'beginDeviceSignIn',
    method: 'POST',
    path: '/api/v1/sign-in/device',
    tag,
    summary: 'Begin a sign-in that the person finishes in any browser, with a code',
    access: { kind: 'public' },
    body: z.strictObject({ providerId: idSchema('sign-in-provider') }),
    status: 201,
    response: deviceSignInSchema,
  }),
  finishDeviceSignIn: defineRoute({
    id: 'finishDeviceSignIn',
    method: 'POST',
    path: '/api/v1/sign-in/device/finish',
    tag,
    summary: 'Ask whether the person finished; when they did, the bearer token of their session',
    access: { kind: 'public' },
    body: handleBody,
    status: 200,
    response: z.discriminatedUnion('outcome', [
      deviceSignInPendingSchema,
      sessionSchema.extend({ outcome: z.literal('signed-in'), token: z.string() }),
    ]),
  }),
  beginSignInAtDevice: defineRoute({
    id: 'beginSignInAtDevice',
    method: 'POST',
    path: '/api/v1/endpoint/sign-in/code',
    tag: 'Endpoint',
    summary: 'Begin a sign-in at this device that the person finishes in any browser, with a code',
    access: { kind: 'device' },
    body: z.strictObject({ providerId: idSchema('sign-in-provider') }),
    status: 201,
    response: deviceSignInSchema,
  }),
  finishSignInAtDevice: defineRoute({
    id: 'finishSignInAtDevice',
    method: 'POST',
    path: '/api/v1/endpoint/sign-in/code/finish',
    tag: 'Endpoint',
    summary:
      'Ask whether the person finished; when they did, the grant that lets the device fetch their leases',
    access: { kind: 'device' },
    body: handleBody,
    status: 200,
    response: z.discriminatedUnion('outcome', [
      deviceSignInPendingSchema,
      z.object({
        outcome: z.literal('signed-in'),
        userId: idSchema('user'),
        userName: userNameSchema,
        displayName: displayNameSchema,
        /** Secret of this user on this device; kept by the agent, sent with every sync. */
        userGrant: z.string(),
      }),
    ]),
  }),
  listSignInProviders: defineRoute({
    id: 'listSignInProviders',
    method: 'GET',
    path: '/api/v1/sign-in-providers',
    tag,
    summary: 'Sign-in providers with their settings',
    access: allow('directories.manage'),
    status: 200,
    response: z.object({ items: z.array(signInProviderSchema) }),
  }),
  createSignInProvider: defineRoute({
    id: 'createSignInProvider',
    method: 'POST',
    path: '/api/v1/sign-in-providers',
    tag,
    summary: 'Add a sign-in provider',
    access: allow('directories.manage'),
    body: newSignInProviderSchema,
    status: 201,
    response: signInProviderSchema,
  }),
  changeSignInProvider: defineRoute({
    id: 'changeSignInProvider',
    method: 'PUT',
    path: '/api/v1/sign-in-providers/{providerId}',
    tag,
    summary: 'Replace the settings of a sign-in provider; disabling it ends the sessions it opened',
    access: allow('directories.manage'),
    params: providerParams,
    body: changeSignInProviderSchema,
    status: 200,
    response: signInProviderSchema,
  }),
  deleteSignInProvider: defineRoute({
    id: 'deleteSignInProvider',
    method: 'DELETE',
    path: '/api/v1/sign-in-providers/{providerId}',
    tag,
    summary: 'Delete a sign-in provider and end the sessions it opened; its users stay',
    access: allow('directories.manage'),
    params: providerParams,
    status: 204,
  }),
  testSignInProvider: defineRoute({
    id: 'testSignInProvider',
    method: 'POST',
    path: '/api/v1/sign-in-providers/{providerId}/test',
    tag,
    summary: 'Reach the provider and read what it offers; a failure says which step went wrong',
    access: allow('directories.manage'),
    params: providerParams,
    status: 200,
    response: signInProviderCheckSchema,
  }),
};
