import { fail, routes } from '@carrel/contract';
import { hashPassword } from '@carrel/directory';
import { appendAudit } from '../audit/index.ts';
import type { Transaction } from '../database/index.ts';
import type { Router } from '../http/index.ts';
import type { Services } from '../services.ts';
import { requireSession } from '../session/find-user-caller.ts';
import type { SignInLimiter } from '../session/sign-in-limiter.ts';
import type { CheckPassword } from './check-password.ts';
import { findUserRow } from './user-rows.ts';

export interface PasswordRoutesOptions {
  readonly checkPassword: CheckPassword;
  readonly limiter: SignInLimiter;
}

interface PasswordChange {
  readonly oldPassword: string;
  readonly newPassword: string;
}

/** People change their own passwords, while signed in or because they cannot sign in before they do. */
export function registerPasswordRoutes(
  router: Router,
  services: Services,
  { checkPassword, limiter }: PasswordRoutesOptions,
): void {
  const { database, clock } = services;
  /** @throws {SIGN_IN_FAILED} @throws {REQUEST_INVALID} */
  const prepare = async (address: string, userName: string, { oldPassword, newPassword }: PasswordChange) => {
    const user = await limiter.attempt({ address, account: userName }, () =>
      checkPassword(userName, oldPassword),
    );
    if (!user) throw fail('SIGN_IN_FAILED', {});
    if (newPassword.normalize('NFKC') === oldPassword.normalize('NFKC')) {
      throw fail('REQUEST_INVALID', { reason: 'newPassword: expected another one than before' });
    }
    return { user, passwordHash: await hashPassword(newPassword) };
  };

  router.handle(routes.changeOwnPassword, async ({ body, caller, address, change }) => {
    requireSession(caller);
    const { userName, source } = caller.user;
    if (source !== 'built-in')
      throw fail('KEPT_ELSEWHERE', { kind: 'user', name: userName, field: 'password' });
    const { user, passwordHash } = await prepare(address, userName, body);
    await change(
      (transaction) => storePassword(transaction, user.id, passwordHash, caller.session.tokenHash),
      () => ({ target: userName, details: { address } }),
    );
    return undefined;
  });

  router.handle(routes.replacePassword, async ({ body, address }) => {
    const entry = { actor: body.userName, action: 'replacePassword', target: body.userName };
    const prepared = await prepare(address, body.userName, body).catch(async (error: unknown) => {
      await database.transaction((transaction) =>
        appendAudit(transaction, clock.nowMs(), { ...entry, outcome: 'denied', details: { address } }),
      );
      throw error;
    });
    await database.transaction(async (transaction) => {
      await storePassword(transaction, prepared.user.id, prepared.passwordHash, undefined);
      const row = await findUserRow(transaction, prepared.user.id);
      const actor = row?.userName ?? body.userName;
      const done = { ...entry, actor, target: actor, outcome: 'done' as const, details: { address } };
      await appendAudit(transaction, clock.nowMs(), done);
    });
    return undefined;
  });
}

/** All sessions of the user end but the one named. */
async function storePassword(
  transaction: Transaction,
  userId: string,
  passwordHash: string,
  ownTokenHash: string | undefined,
): Promise<void> {
  await transaction
    .updateTable('users')
    .set({ passwordHash, mustChangePassword: 0, failedSignIns: 0, lastFailureAt: null, lockedUntil: null })
    .where('id', '=', userId)
    .execute();
  await transaction
    .deleteFrom('sessions')
    .where('userId', '=', userId)
    .$if(ownTokenHash !== undefined, (others) => others.where('tokenHash', '!=', ownTokenHash ?? ''))
    .execute();
}
