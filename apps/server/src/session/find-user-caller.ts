import { timingSafeEqual } from 'node:crypto';
import { fail } from '@carrel/contract';
import type { FastifyRequest } from 'fastify';
import type { UserCaller } from '../http/index.ts';
import type { SessionStore } from './session-store.ts';

/** `__Host-`: the browser takes it only with Secure, for this very host, for all paths (RFC 6265bis, 4.1.3.2). */
export const sessionCookie = '__Host-carrel';

/**
 * Who a request is from, by its bearer token or its cookie.
 *
 * @throws {SIGN_IN_REQUIRED}
 * @throws {CSRF_TOKEN_MISSING}
 */
export async function findUserCaller(sessions: SessionStore, request: FastifyRequest): Promise<UserCaller> {
  const bearer = bearerTokenOf(request.headers.authorization);
  if (request.headers.authorization !== undefined) {
    const caller = bearer === undefined ? undefined : await sessions.find(bearer, 'bearer');
    if (!caller) throw fail('SIGN_IN_REQUIRED', {});
    return caller;
  }
  const cookie = request.cookies[sessionCookie];
  const caller = cookie === undefined ? undefined : await sessions.find(cookie, 'cookie');
  if (!caller) throw fail('SIGN_IN_REQUIRED', {});
  if (request.method !== 'GET' && request.method !== 'HEAD') requireCsrfToken(caller, request);
  return caller;
}

export function bearerTokenOf(header: string | undefined): string | undefined {
  return /^Bearer +([\w.~+/=-]{1,4096})$/i.exec(header ?? '')?.[1];
}

function requireCsrfToken(caller: UserCaller, request: FastifyRequest): void {
  const given = request.headers['x-csrf-token'];
  const sent = Buffer.from(typeof given === 'string' ? given : '');
  const expected = Buffer.from(caller.session.csrfToken);
  if (sent.length === expected.length && timingSafeEqual(sent, expected)) return;
  throw fail('CSRF_TOKEN_MISSING', {});
}
