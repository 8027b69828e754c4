import { fail, routes } from '@carrel/contract';
import type { Directory } from '@carrel/directory';
import { describeAccess } from '../access/index.ts';
import { appendAudit } from '../audit/index.ts';
import type { Row } from '../database/index.ts';
import { isoTime } from '../database/values.ts';
import type { Router, UserCaller } from '../http/index.ts';
import type { Services } from '../services.ts';
import { findUserRow } from '../users/index.ts';
import { requireSession } from './find-user-caller.ts';
import { clearSessionCookie, openSession, setSessionCookie } from './open-session.ts';
import type { SessionStore } from './session-store.ts';
import type { SignInLimiter } from './sign-in-limiter.ts';

export interface SessionRoutesOptions {
  readonly directory: Directory;
  readonly sessions: SessionStore;
  readonly limiter: SignInLimiter;
  /** Where a browser goes to end the session at its provider as well; `undefined` where there is nothing to end. */
  readonly signOutUrl: (session: Row<'sessions'>) => Promise<string | undefined>;
}

export function registerSessionRoutes(
  router: Router,
  services: Services,
  options: SessionRoutesOptions,
): void {
  const { directory, sessions, limiter, signOutUrl } = options;
  const { database, clock } = services;

  router.handle(routes.signIn, async ({ body, address, request, reply }) => {
    const answer = await limiter.attempt({ address, account: body.userName }, () =>
      directory.authenticate(body.userName, body.password),
    );
    const { transport } = body;
    if (answer.outcome === 'refused') {
      const entry = { actor: body.userName, action: 'signIn', target: transport, outcome: 'denied' } as const;
      await database.transaction((transaction) =>
        appendAudit(transaction, clock.nowMs(), { ...entry, details: { address } }),
      );
      throw fail(answer.code ?? 'SIGN_IN_FAILED', {});
    }
    const userAgent = request.headers['user-agent'] ?? '';
    const signIn = { action: 'signIn', transport, address, userAgent };
    const { token, session } = await openSession(services, sessions, signIn, async (transaction) => {
      const row = await findUserRow(transaction, answer.user.id);
      if (!row) throw fail('SIGN_IN_FAILED', {});
      return row;
    });
    if (transport === 'bearer') return { ...session, token };
    setSessionCookie(reply, token);
    return session;
  });

  router.handle(routes.getSession, ({ caller }) => Promise.resolve(sessionOf(caller)));

  router.handle(routes.signOut, async ({ caller, reply, change }) => {
    requireSession(caller);
    const row = await database.queries
      .selectFrom('sessions')
      .selectAll()
      .where('tokenHash', '=', caller.session.tokenHash)
      .executeTakeFirst();
    await change(
      (transaction) => sessions.end(transaction, caller.session.tokenHash),
      () => ({ target: caller.user.userName }),
    );
    clearSessionCookie(reply);
    return { continueAt: (row && (await signOutUrl(row))) ?? null };
  });
}

function sessionOf({ user, access, session }: UserCaller) {
  return {
    user,
    ...describeAccess(access),
    expiresAt: isoTime(session.expiresAtMs),
    csrfToken: session.csrfToken,
  };
}
