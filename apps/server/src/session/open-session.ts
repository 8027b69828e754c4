import type { FastifyReply } from 'fastify';
import { describeAccess, loadAccess } from '../access/index.ts';
import { appendAudit } from '../audit/index.ts';
import type { Row, Transaction } from '../database/index.ts';
import { isoTime } from '../database/values.ts';
import type { Services } from '../services.ts';
import { userOf } from '../users/user-rows.ts';
import { sessionCookie } from './find-user-caller.ts';
import type { NewSession, SessionStore } from './session-store.ts';
import { csrfTokenOf } from './session-token.ts';

export type SignIn = Omit<NewSession, 'userId'> & {
  /** `action` in the audit log. */
  readonly action: string;
};

/** Opens a session for somebody who proved who they are, and writes that to the audit log. */
export async function openSession(
  { database, clock }: Pick<Services, 'database' | 'clock'>,
  sessions: SessionStore,
  signIn: SignIn,
  findUser: (transaction: Transaction) => Promise<Row<'users'>>,
) {
  const { action, ...content } = signIn;
  const opened = await database.transaction(async (transaction) => {
    const row = await findUser(transaction);
    const created = await sessions.create(transaction, { ...content, userId: row.id });
    await appendAudit(transaction, clock.nowMs(), {
      actor: row.userName,
      action,
      target: signIn.transport,
      outcome: 'done',
      details: {
        address: signIn.address,
        ...(signIn.provider === undefined ? {} : { provider: signIn.provider.id }),
      },
    });
    return { ...created, row };
  });
  const session = {
    user: userOf(opened.row),
    ...describeAccess(await loadAccess(database.queries, opened.row.id)),
    expiresAt: isoTime(opened.expiresAtMs),
    csrfToken: signIn.transport === 'cookie' ? csrfTokenOf(opened.token) : '',
  };
  return { token: opened.token, session };
}

/** A cookie of the browser's session: the server decides when it ends. */
export function setSessionCookie(reply: FastifyReply, token: string): void {
  void reply.setCookie(sessionCookie, token, { path: '/', secure: true, httpOnly: true, sameSite: 'strict' });
}

export function clearSessionCookie(reply: FastifyReply): void {
  void reply.clearCookie(sessionCookie, { path: '/', secure: true, httpOnly: true, sameSite: 'strict' });
}
