import {
  type Directory,
  type DirectoryUser,
  type FailureRecord,
  hashPassword,
  isLocked,
  needsRehash,
  noFailures,
  recordFailure,
  verifyPassword,
} from '@carrel/directory';
import type { Clock, UserId } from '@carrel/kit';
import type { Database, Row } from '../database/index.ts';
import { contains } from '../database/like.ts';
import { groupsOfUser } from '../groups/groups-of-user.ts';
import { findUserRowByName, nameKey } from './user-rows.ts';

/** The users and groups that the server itself keeps. */
export function createBuiltInDirectory(database: Database, clock: Clock): Directory {
  // Verified against when there is no such user, so that the answer takes as long.
  const decoy = hashPassword('nobody has this password');
  return {
    authenticate: async (userName, password) => {
      const row = await findUserRowByName(database.queries, userName);
      const isRight = await verifyPassword(password, row?.passwordHash ?? (await decoy));
      if (!row) return { outcome: 'refused' };
      const isAccepted = await judge(database, row.id, isRight, clock.nowMs());
      if (!isAccepted) return { outcome: 'refused' };
      if (needsRehash(row.passwordHash)) await renewHash(database, row, password);
      return { outcome: 'authenticated', user: directoryUserOf(row) };
    },
    findUsers: async (text, limit) => {
      const rows = await database.queries
        .selectFrom('users')
        .selectAll()
        .where((expression) => contains(expression.ref('searchKey'), nameKey(text)))
        .orderBy('userNameKey')
        .limit(limit)
        .execute();
      return rows.map(directoryUserOf);
    },
    groupsOf: (userId) => groupsOfUser(database.queries, userId),
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
    const next = isAccepted ? noFailures : isRight ? record : recordFailure(record, nowMs);
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

function directoryUserOf(row: Row<'users'>): DirectoryUser {
  return { id: row.id as UserId, userName: row.userName, displayName: row.displayName };
}
