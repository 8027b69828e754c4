import { z } from 'zod';
import { permissionSchema } from '../permissions.ts';
import { timeSchema } from '../resources/primitives.ts';
import { userSchema } from '../resources/user.ts';
import { defineRoute } from './define-route.ts';

const sessionSchema = z.object({
  user: userSchema,
  permissions: z.array(permissionSchema),
  expiresAt: timeSchema,
  /** Sent back as `X-CSRF-Token` with every change; empty for bearer sessions. */
  csrfToken: z.string(),
});

export const sessionRoutes = {
  signIn: defineRoute({
    id: 'signIn',
    method: 'POST',
    path: '/api/v1/session',
    tag: 'Session',
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
    tag: 'Session',
    summary: 'Who is signed in, and what they may do',
    access: { kind: 'signed-in' },
    status: 200,
    response: sessionSchema,
  }),
  signOut: defineRoute({
    id: 'signOut',
    method: 'DELETE',
    path: '/api/v1/session',
    tag: 'Session',
    summary: 'Sign out',
    access: { kind: 'signed-in' },
    status: 204,
  }),
  getInstance: defineRoute({
    id: 'getInstance',
    method: 'GET',
    path: '/api/v1/instance',
    tag: 'Session',
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
