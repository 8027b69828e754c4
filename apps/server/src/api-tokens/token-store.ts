import { fail } from '@carrel/contract';
import type { Clock } from '@carrel/kit';
import { loadAccess, restrictAccess } from '../access/index.ts';
import { appendAudit } from '../audit/index.ts';
import type { Database, Row } from '../database/index.ts';
import { isoTime } from '../database/values.ts';
import type { UserCaller } from '../http/index.ts';
import { hashToken } from '../session/session-token.ts';
import { userOf } from '../users/user-rows.ts';
import { limitsOf, stateOf } from './token-rows.ts';

/** Use, and refusals, are written down at most this often for a token. */
const recordIntervalMs = 60_000;

/** Tokens for scripts. */
export interface ApiTokenStore {
  /**
   * Who the token acts as, with no more than its scope and no more than its user has now; `undefined` when there is no
   * such token, or its user is disabled.
   *
   * @param address where the request comes from
   * @throws {TOKEN_REVOKED} {TOKEN_EXPIRED} and writes the attempt to the audit log
   */
  find(token: string, address: string): Promise<UserCaller | undefined>;
}

export function createApiTokenStore(database: Database, clock: Pick<Clock, 'nowMs'>): ApiTokenStore {
  const { queries } = database;
  return {
    find: async (token, address) => {
      const tokenHash = hashToken(token);
      const nowMs = clock.nowMs();
      const row = await queries
        .selectFrom('apiTokens')
        .selectAll()
        .where('tokenHash', '=', tokenHash)
        .executeTakeFirst();
      if (!row) return undefined;
      const user = await queries
        .selectFrom('users')
        .selectAll()
        .where('id', '=', row.userId)
        .executeTakeFirst();
      const state = stateOf(row, nowMs);
      if (!user || state !== 'active') {
        await recordRefusal(database, row, user?.userName ?? '', address, nowMs);
        if (row.revokedAt !== null) throw fail('TOKEN_REVOKED', {});
        throw fail('TOKEN_EXPIRED', { expiredAt: isoTime(row.expiresAt) });
      }
      if (user.isDisabled === 1) return undefined;
      await recordUse(database, row, address, nowMs);
      return {
        kind: 'user',
        user: userOf(user),
        access: restrictAccess(await loadAccess(queries, user.id), limitsOf(row)),
        session: { tokenHash, transport: 'api-token', csrfToken: '', expiresAtMs: row.expiresAt },
      };
    },
  };
}

async function recordUse(
  { queries }: Database,
  row: Row<'apiTokens'>,
  address: string,
  nowMs: number,
): Promise<void> {
  const isRecent = row.lastUsedAt !== null && nowMs - row.lastUsedAt < recordIntervalMs;
  if (isRecent && row.lastAddress === address) return;
  await queries
    .updateTable('apiTokens')
    .set({ lastUsedAt: nowMs, lastAddress: address })
    .where('id', '=', row.id)
    .execute();
}

/** A script that goes on with a dead token would fill the log: one entry in a while says as much. */
async function recordRefusal(
  database: Database,
  row: Row<'apiTokens'>,
  actor: string,
  address: string,
  nowMs: number,
): Promise<void> {
  if (row.refusedAt !== null && nowMs - row.refusedAt < recordIntervalMs) return;
  await database.transaction(async (transaction) => {
    await transaction.updateTable('apiTokens').set({ refusedAt: nowMs }).where('id', '=', row.id).execute();
    await appendAudit(transaction, nowMs, {
      actor,
      action: 'useToken',
      target: row.name,
      outcome: 'denied',
      details: { tokenId: row.id, state: stateOf(row, nowMs), address },
    });
  });
}
