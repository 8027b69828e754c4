import { timingSafeEqual } from 'node:crypto';
import { apiTokenPrefix, fail, livePath } from '@carrel/contract';
import type { FastifyRequest } from 'fastify';
import type { ApiTokenStore } from '../api-tokens/token-store.ts';
import type { UserCaller } from '../http/index.ts';
import type { SessionStore } from './session-store.ts';

/** `__Host-`: the browser takes it only with Secure, for this very host, for all paths (RFC 6265bis, 4.1.3.2). */
export const sessionCookie = '__Host-carrel';

/** Where tokens of people are looked up. */
export interface CallerStores {
  readonly sessions: SessionStore;
  readonly tokens: ApiTokenStore;
}

/**
 * Who a request is from, by its bearer token or its cookie.
 *
 * @throws {SIGN_IN_REQUIRED}
 * @throws {CSRF_TOKEN_MISSING}
 * @throws {TOKEN_REVOKED} {TOKEN_EXPIRED} an API token that was good once
 */
export async function findUserCaller(stores: CallerStores, request: FastifyRequest): Promise<UserCaller> {
  const isUse = !request.url.startsWith(livePath);
  const bearer = bearerTokenOf(request.headers.authorization);
  if (request.headers.authorization !== undefined) {
    const caller = bearer === undefined ? undefined : await findBearer(stores, bearer, request.ip, isUse);
    if (!caller) throw fail('SIGN_IN_REQUIRED', {});
    return caller;
  }
  const cookie = request.cookies[sessionCookie];
  const caller = cookie === undefined ? undefined : await stores.sessions.find(cookie, 'cookie', isUse);
  if (!caller) throw fail('SIGN_IN_REQUIRED', {});
  // So that a refusal is written to the audit log under their name.
  request.caller = caller;
  if (request.method !== 'GET' && request.method !== 'HEAD') requireCsrfToken(caller, request);
  return caller;
}

/**
 * Who a bearer token is of: of a session, or an API token.
 *
 * @param address where the request comes from
 * @throws {TOKEN_REVOKED} {TOKEN_EXPIRED}
 */
export function findBearer(
  { sessions, tokens }: CallerStores,
  token: string,
  address: string,
  isUse = true,
): Promise<UserCaller | undefined> {
  return token.startsWith(apiTokenPrefix)
    ? tokens.find(token, address)
    : sessions.find(token, 'bearer', isUse);
}

export function bearerTokenOf(header: string | undefined): string | undefined {
  return /^Bearer +([\w.~+/=-]{1,4096})$/i.exec(header ?? '')?.[1];
}

/**
 * For what a person must decide: sessions and tokens themselves.
 *
 * @throws {SESSION_REQUIRED} an API token asks
 */
export function requireSession(caller: UserCaller): void {
  if (caller.session.transport === 'api-token') throw fail('SESSION_REQUIRED', {});
}

function requireCsrfToken(caller: UserCaller, request: FastifyRequest): void {
  const given = request.headers['x-csrf-token'];
  const sent = Buffer.from(typeof given === 'string' ? given : '');
  const expected = Buffer.from(caller.session.csrfToken);
  if (sent.length === expected.length && timingSafeEqual(sent, expected)) return;
  throw fail('CSRF_TOKEN_MISSING', {});
}
