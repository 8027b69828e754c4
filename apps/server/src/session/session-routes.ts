import { fail, permissionsOf, routes } from '@carrel/contract';
import type { Directory } from '@carrel/directory';
import type { FastifyReply } from 'fastify';
import { appendAudit } from '../audit/index.ts';
import { isoTime } from '../database/values.ts';
import type { Router, UserCaller } from '../http/index.ts';
import type { Services } from '../services.ts';
import { findUserRow, userOf } from '../users/index.ts';
import { sessionCookie } from './find-user-caller.ts';
import { absoluteLimitMs, csrfTokenOf, idleLimitMs, type SessionStore } from './session-store.ts';
import type { SignInLimiter } from './sign-in-limiter.ts';

export interface SessionRoutesOptions {
  readonly directory: Directory;
  readonly sessions: SessionStore;
  readonly limiter: SignInLimiter;
}

export function registerSessionRoutes(
  router: Router,
  services: Services,
  { directory, sessions, limiter }: SessionRoutesOptions,
): void {
  const { database, clock } = services;

  router.handle(routes.signIn, async ({ body, address, reply }) => {
    limiter.admit(address);
    const answer = await directory.authenticate(body.userName, body.password);
    const entry = { actor: body.userName, action: 'signIn', target: body.transport };
    if (answer.outcome === 'refused') {
      await database.transaction((transaction) =>
        appendAudit(transaction, clock.nowMs(), { ...entry, outcome: 'denied', details: { address } }),
      );
      throw fail('SIGN_IN_FAILED', {});
    }
    const row = await findUserRow(database.queries, answer.user.id);
    if (!row) throw fail('SIGN_IN_FAILED', {});
    const token = await database.transaction(async (transaction) => {
      const created = await sessions.create(transaction, row.id, body.transport);
      const done = { ...entry, actor: row.userName, outcome: 'done' as const, details: { address } };
      await appendAudit(transaction, clock.nowMs(), done);
      return created;
    });
    const user = userOf(row);
    const session = {
      user,
      permissions: [...permissionsOf(user.roles)],
      expiresAt: isoTime(clock.nowMs() + Math.min(idleLimitMs, absoluteLimitMs)),
    };
    if (body.transport === 'bearer') return { ...session, csrfToken: '', token };
    setCookie(reply, token);
    return { ...session, csrfToken: csrfTokenOf(token) };
  });

  router.handle(routes.getSession, ({ caller }) => Promise.resolve(sessionOf(caller)));

  router.handle(routes.signOut, async ({ caller, reply, change }) => {
    await change(
      (transaction) => sessions.end(transaction, caller.session.tokenHash),
      () => ({ target: caller.user.userName }),
    );
    void reply.clearCookie(sessionCookie, { path: '/', secure: true, httpOnly: true, sameSite: 'strict' });
    return undefined;
  });
}

function sessionOf({ user, permissions, session }: UserCaller) {
  return {
    user,
    permissions: [...permissions],
    expiresAt: isoTime(session.expiresAtMs),
    csrfToken: session.csrfToken,
  };
}

/** A cookie of the browser's session: the server decides when it ends. */
function setCookie(reply: FastifyReply, token: string): void {
  void reply.setCookie(sessionCookie, token, { path: '/', secure: true, httpOnly: true, sameSite: 'strict' });
}
