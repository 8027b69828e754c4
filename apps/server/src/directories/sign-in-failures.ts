import { type FailureRecord, isLocked, noFailures, recordFailure } from '@carrel/directory';
import type { Database, Queries, Row } from '../database/index.ts';
import { readLockoutLimits } from '../settings/index.ts';

/** Somebody of a directory, whether they were here before or not. */
export interface DirectoryAccountKey {
  readonly directoryId: string;
  readonly externalId: string;
}

/**
 * Wrong passwords of directory accounts are counted here as well, by the rule of built-in ones: a directory may have no
 * limit, and guesses tried here must not lock people out of everything else.
 */
export async function isLockedHere(
  queries: Queries,
  { directoryId, externalId }: DirectoryAccountKey,
  nowMs: number,
): Promise<boolean> {
  const row = await queries
    .selectFrom('directoryFailures')
    .selectAll()
    .where('directoryId', '=', directoryId)
    .where('externalId', '=', externalId)
    .executeTakeFirst();
  return row !== undefined && isLocked(recordOf(row), nowMs);
}

/**
 * Counts a wrong password, or clears the count after a right one, with the count held so that guesses made at once all
 * count.
 *
 * @returns whether the account is open: a right password at a locked one is refused
 */
export async function judgeAttempt(
  database: Database,
  account: DirectoryAccountKey,
  isRight: boolean,
  nowMs: number,
): Promise<boolean> {
  return database.transaction(async (transaction) => {
    const table = transaction.insertInto('directoryFailures').values({ ...account, failedSignIns: 0 });
    // Writing takes the row, so that others wait.
    const row = await table
      .onConflict((conflict) => conflict.columns(['directoryId', 'externalId']).doUpdateSet({ ...account }))
      .returningAll()
      .executeTakeFirstOrThrow();
    const record = recordOf(row);
    if (isRight && isLocked(record, nowMs)) return false;
    const limits = await readLockoutLimits(transaction);
    const next = isRight ? noFailures : recordFailure(record, nowMs, limits);
    const columns = {
      failedSignIns: next.count,
      lastFailureAt: next.lastAtMs,
      lockedUntil: next.lockedUntilMs,
    };
    // The user's row, where there is one, shows what counts here.
    for (const place of ['directoryFailures', 'users'] as const) {
      await transaction
        .updateTable(place)
        .set(columns)
        .where('directoryId', '=', account.directoryId)
        .where('externalId', '=', account.externalId)
        .execute();
    }
    return isRight;
  });
}

function recordOf(row: Row<'directoryFailures'>): FailureRecord {
  return { count: row.failedSignIns, lastAtMs: row.lastFailureAt, lockedUntilMs: row.lockedUntil };
}
