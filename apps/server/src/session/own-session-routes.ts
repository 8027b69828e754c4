import { fail, routes } from '@carrel/contract';
import type { Id } from '@carrel/kit';
import { requireMayDecideForUser } from '../access/index.ts';
import { isoTime } from '../database/values.ts';
import type { Router } from '../http/index.ts';
import type { Services } from '../services.ts';
import { findUserRow } from '../users/index.ts';
import { requireSession } from './find-user-caller.ts';
import { recordForeignAttempt } from './record-foreign-attempt.ts';
import { endSessionsOf, type SessionStore } from './session-store.ts';

/** Sessions as their owners see them, and the end of those of somebody else. */
export function registerOwnSessionRoutes(
  router: Router,
  services: Services,
  { sessions, providerName }: SessionListOptions,
): void {
  const { database } = services;

  router.handle(routes.listSessions, async ({ caller }) => {
    requireSession(caller);
    const open = await sessions.list(caller.user.id);
    const items = await Array.fromAsync(open, async (row) => ({
      id: row.id as Id<'session'>,
      transport: row.transport === 'cookie' ? ('cookie' as const) : ('bearer' as const),
      provider: row.providerId === null ? null : await providerName(row.providerId),
      createdAt: isoTime(row.createdAt),
      lastUsedAt: isoTime(row.lastUsedAt),
      expiresAt: isoTime(row.expiresAtMs),
      address: row.address,
      userAgent: row.userAgent,
      isCurrent: row.tokenHash === caller.session.tokenHash,
    }));
    return { items };
  });

  router.handle(routes.endSession, async ({ params, caller, address, change }) => {
    requireSession(caller);
    const row = await database.queries
      .selectFrom('sessions')
      .select(['id', 'userId'])
      .where('id', '=', params.sessionId)
      .executeTakeFirst();
    if (row && row.userId !== caller.user.id) {
      const attempt = { action: routes.endSession.id, target: row.id, address };
      await recordForeignAttempt(services, caller, attempt);
    }
    if (row?.userId !== caller.user.id) throw fail('NOT_FOUND', { kind: 'session', id: params.sessionId });
    await change((transaction) => transaction.deleteFrom('sessions').where('id', '=', row.id).execute());
    return undefined;
  });

  router.handle(routes.endUserSessions, async ({ params, caller, change }) => {
    const user = await findUserRow(database.queries, params.userId);
    if (!user) throw fail('NOT_FOUND', { kind: 'user', id: params.userId });
    await requireMayDecideForUser(database.queries, caller.access, user.id);
    const ended = await change(
      (transaction) => endSessionsOf(transaction, user.id),
      (count) => ({ target: user.userName, details: { ended: count } }),
    );
    return { ended };
  });
}

export interface SessionListOptions {
  readonly sessions: SessionStore;
  /** What people know a sign-in provider by. */
  readonly providerName: (providerId: string) => Promise<string>;
}
