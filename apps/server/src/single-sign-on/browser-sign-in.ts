import { fail, signInPaths } from '@carrel/contract';
import { isAppError } from '@carrel/kit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Services } from '../services.ts';
import { openSession, type SessionStore, type SignInLimiter, setSessionCookie } from '../session/index.ts';
import { admitPerson } from './admit-person.ts';
import {
  type BrowserAttempt,
  browserAttemptSeconds,
  openBrowserAttempt,
  sealBrowserAttempt,
} from './attempts.ts';
import type { ProviderClients } from './provider-clients.ts';
import { redirectUriOf } from './provider-routes.ts';
import { recordDenied } from './record-denied.ts';
import { parseReturnPath } from './return-path.ts';
import { sealSignOutHint } from './sign-out-hint.ts';

/** Carries the sign-in under way. Lax, because the provider leads back here from its own site. */
const attemptCookie = '__Host-carrel-sign-in';
const attemptCookieOptions = { path: '/', secure: true, httpOnly: true, sameSite: 'lax' } as const;
const startQuerySchema = z.object({ provider: z.uuid(), returnTo: z.unknown().optional() });

export interface BrowserSignInParts {
  readonly services: Services;
  readonly clients: ProviderClients;
  readonly sessions: SessionStore;
  readonly limiter: SignInLimiter;
}

/** Fastify plugin: the two addresses a browser visits on its way to a provider and back. */
export function browserSignInPlugin(app: FastifyInstance, parts: BrowserSignInParts): void {
  app.get(signInPaths.start, (request, reply) =>
    orToSignInPage(parts, request, reply, async () => {
      parts.limiter.admit(request.ip);
      return begin(parts, request, reply);
    }),
  );
  app.get(signInPaths.callback, (request, reply) =>
    orToSignInPage(parts, request, reply, async () => {
      parts.limiter.admit(request.ip);
      return finish(parts, request, reply);
    }),
  );
}

/** @returns where the browser goes */
async function begin(
  { services, clients }: BrowserSignInParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<string> {
  const query = startQuerySchema.safeParse(request.query);
  if (!query.success) throw fail('REQUEST_INVALID', { reason: 'provider: expected its id' });
  const provider = await clients.open(query.data.provider);
  const { url, ...flow } = await provider.client.beginCodeFlow(redirectUriOf(provider.settings));
  const attempt: BrowserAttempt = {
    ...flow,
    providerId: provider.id,
    returnTo: parseReturnPath(query.data.returnTo),
    expiresAtMs: services.clock.nowMs() + browserAttemptSeconds * 1000,
  };
  void reply.setCookie(attemptCookie, sealBrowserAttempt(services, attempt), {
    ...attemptCookieOptions,
    maxAge: browserAttemptSeconds,
  });
  return url;
}

/** @returns where in the console the browser goes */
async function finish(
  { services, clients, sessions }: BrowserSignInParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<string> {
  const sealed = request.cookies[attemptCookie];
  // Used up, however it ends.
  void reply.clearCookie(attemptCookie, attemptCookieOptions);
  const attempt = sealed === undefined ? undefined : openBrowserAttempt(services, sealed);
  if (!attempt) throw fail('SSO_ATTEMPT_UNKNOWN', {});
  const provider = await clients.open(attempt.providerId);
  const callback = new URL(attempt.redirectUri);
  callback.search = new URL(request.url, callback).search;
  const identity = await provider.client.finishCodeFlow(attempt, callback);
  const signIn = {
    action: 'singleSignOn',
    transport: 'cookie' as const,
    address: request.ip,
    userAgent: request.headers['user-agent'] ?? '',
    provider: { id: provider.id, signOutHint: sealSignOutHint(services, identity) },
  };
  const { token } = await openSession(services, sessions, signIn, (transaction) =>
    admitPerson(transaction, services, provider, identity),
  );
  setSessionCookie(reply, token);
  return attempt.returnTo;
}

/** A person sees the sign-in page say what went wrong, rather than a problem document. */
async function orToSignInPage(
  { services }: BrowserSignInParts,
  request: FastifyRequest,
  reply: FastifyReply,
  step: () => Promise<string>,
): Promise<FastifyReply> {
  const attempt = { actor: 'anonymous', action: 'singleSignOn', address: request.ip };
  try {
    return await reply.redirect(await recordDenied(services, attempt, step), 303);
  } catch (error) {
    if (!isAppError(error)) throw error;
    request.log.warn({ err: error }, 'a single sign-on failed');
    return reply.redirect(`/sign-in?error=${encodeURIComponent(error.code)}`, 303);
  }
}
