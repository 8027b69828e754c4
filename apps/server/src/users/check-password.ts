import {
  type FailureRecord,
  hashPassword,
  isLocked,
  needsRehash,
  noFailures,
  recordFailure,
  verifyPassword,
} from '@carrel/directory';
import type { Clock } from '@carrel/kit';
import type { Database, Row } from '../database/index.ts';
import { readLockoutLimits } from '../settings/index.ts';
import { findUserRowByName } from './user-rows.ts';

/**
 * Tells who a built-in user is by their password. It counts wrong ones, and takes as long for a name that nobody has.
 *
 * @returns `undefined` for a wrong name or password, and for an account that is disabled or locked
 */
export type CheckPassword = (userName: string, password: string) => Promise<Row<'users'> | undefined>;

export function createPasswordCheck(database: Database, clock: Clock): CheckPassword {
  // Verified against when there is no such user, so that the answer takes as long.
  const decoy = hashPassword('nobody has this password');
  return async (userName, password) => {
    const found = await findUserRowByName(database.queries, userName);
    const row = found?.source === 'built-in' ? found : undefined;
    const isRight = await verifyPassword(password, row?.passwordHash ?? (await decoy));
    if (!row) return undefined;
    if (!(await judge(database, row.id, isRight, clock.nowMs()))) return undefined;
    if (needsRehash(row.passwordHash)) await renewHash(database, row, password);
    return row;
  };
}

/** Counts a failure or clears the count, with the account held so that guesses made at once all count. */
async function judge(database: Database, userId: string, isRight: boolean, nowMs: number): Promise<boolean> {
  return database.transaction(async (transaction) => {
    const row = await transaction
      .selectFrom('users')
      .selectAll()
      .where('id', '=', userId)
      .$if(database.capabilities.supportsRowLocks, (select) => select.forUpdate())
      .executeTakeFirst();
    if (!row || row.isDisabled === 1) return false;
    const record: FailureRecord = {
      count: row.failedSignIns,
      lastAtMs: row.lastFailureAt,
      lockedUntilMs: row.lockedUntil,
    };
    const isAccepted = isRight && !isLocked(record, nowMs);
    if (isAccepted && record.count === 0) return true;
    const limits = await readLockoutLimits(transaction);
    const next = isAccepted ? noFailures : isRight ? record : recordFailure(record, nowMs, limits);
    await transaction
      .updateTable('users')
      .set({ failedSignIns: next.count, lastFailureAt: next.lastAtMs, lockedUntil: next.lockedUntilMs })
      .where('id', '=', userId)
      .execute();
    return isAccepted;
  });
}

async function renewHash(database: Database, row: Row<'users'>, password: string): Promise<void> {
  const passwordHash = await hashPassword(password);
  await database.queries
    .updateTable('users')
    .set({ passwordHash })
    .where('id', '=', row.id)
    .where('passwordHash', '=', row.passwordHash)
    .execute();
}
