import { z } from 'zod';
import { idSchema } from '../resources/primitives.ts';
import { sessionEntrySchema, sessionSchema } from '../resources/session.ts';
import { allow, defineRoute } from './define-route.ts';

const tag = 'Session';

export const sessionRoutes = {
  signIn: defineRoute({
    id: 'signIn',
    method: 'POST',
    path: '/api/v1/session',
    tag,
    summary: 'Sign in; sets the session cookie, or returns a bearer token for programs',
    access: { kind: 'public' },
    body: z.strictObject({
      userName: z.string().min(1).max(104),
      password: z.string().min(1).max(256),
      transport: z.enum(['cookie', 'bearer']).default('cookie'),
    }),
    status: 201,
    response: sessionSchema.extend({ token: z.string().optional() }),
  }),
  getSession: defineRoute({
    id: 'getSession',
    method: 'GET',
    path: '/api/v1/session',
    tag,
    summary: 'Who is signed in, and what they may do',
    access: { kind: 'signed-in' },
    status: 200,
    response: sessionSchema,
  }),
  signOut: defineRoute({
    id: 'signOut',
    method: 'DELETE',
    path: '/api/v1/session',
    tag,
    summary: 'Sign out; says where a browser goes on to sign out at the sign-in provider as well',
    access: { kind: 'signed-in' },
    status: 200,
    response: z.object({
      /** Address of the provider's sign-out page; `null` where there is none. */
      continueAt: z.string().nullable(),
    }),
  }),
  listSessions: defineRoute({
    id: 'listSessions',
    method: 'GET',
    path: '/api/v1/sessions',
    tag,
    summary: "The caller's own open sessions, the latest first",
    access: { kind: 'signed-in' },
    status: 200,
    response: z.object({ items: z.array(sessionEntrySchema) }),
  }),
  endSession: defineRoute({
    id: 'endSession',
    method: 'DELETE',
    path: '/api/v1/sessions/{sessionId}',
    tag,
    summary: "End one of the caller's own sessions",
    access: { kind: 'signed-in' },
    params: z.object({ sessionId: idSchema('session') }),
    status: 204,
  }),
  endUserSessions: defineRoute({
    id: 'endUserSessions',
    method: 'DELETE',
    path: '/api/v1/users/{userId}/sessions',
    tag,
    summary: 'End all sessions of a user',
    access: allow('users.manage'),
    params: z.object({ userId: idSchema('user') }),
    status: 200,
    response: z.object({ ended: z.int().min(0) }),
  }),
  getInstance: defineRoute({
    id: 'getInstance',
    method: 'GET',
    path: '/api/v1/instance',
    tag,
    summary: 'What this instance is: its id, version and authority fingerprint',
    access: { kind: 'public' },
    status: 200,
    response: z.object({
      instanceId: z.string(),
      version: z.string(),
      /** sha256 of the DER of the certificate authority, hex. */
      authorityFingerprint: z.string(),
    }),
  }),
};
