import { apiTokenPrefix, fail, type newApiTokenSchema, routes } from '@carrel/contract';
import { createId } from '@carrel/kit';
import type { z } from 'zod';
import { loadAccess, requireCovered, restrictAccess } from '../access/index.ts';
import type { NewRow, Queries, Row } from '../database/index.ts';
import { invalidCursor, pageOf } from '../database/paging.ts';
import type { Router, UserCaller } from '../http/index.ts';
import type { Services } from '../services.ts';
import { requireSession } from '../session/find-user-caller.ts';
import { recordForeignAttempt } from '../session/record-foreign-attempt.ts';
import { hashToken } from '../session/session-token.ts';
import { findUserRow } from '../users/index.ts';
import { type TokenRow, tokenOf, tokensQuery } from './token-rows.ts';

const dayMs = 86_400_000;
const tokenBytes = 32;

export function registerTokenRoutes(router: Router, services: Services): void {
  const { database, clock, randomBytes } = services;

  const listOf = async (
    userId: string | undefined,
    query: { cursor?: string | undefined; limit: number },
  ) => {
    const rows = await page(database.queries, userId, query);
    return pageOf(
      rows,
      query.limit,
      (row) => row.id,
      (row) => tokenOf(row, clock.nowMs()),
    );
  };
  router.handle(routes.listTokens, ({ caller, query }) => listOf(caller.user.id, query));
  router.handle(routes.listAllTokens, ({ query }) => listOf(query.userId, query));

  router.handle(routes.createToken, async ({ body, caller, change }) => {
    requireSession(caller);
    const owner = await findOwner(database.queries, caller, body.userId);
    await requireScope(database.queries, caller, owner, body);
    const secret = apiTokenPrefix + Buffer.from(randomBytes(tokenBytes)).toString('base64url');
    const nowMs = clock.nowMs();
    const row: NewRow<'apiTokens'> = {
      id: createId<'api-token'>(nowMs, randomBytes(10)),
      tokenHash: hashToken(secret),
      userId: owner.id,
      name: body.name,
      permissionsJson: JSON.stringify([...new Set(body.permissions)]),
      workspaceIdsJson: body.workspaceIds && JSON.stringify([...new Set(body.workspaceIds)]),
      createdAt: nowMs,
      createdBy: caller.user.userName,
      expiresAt: nowMs + body.validForDays * dayMs,
    };
    const stored = await change(
      (transaction) =>
        transaction.insertInto('apiTokens').values(row).returningAll().executeTakeFirstOrThrow(),
      () => ({
        target: body.name,
        details: { id: row.id, user: owner.userName, permissions: body.permissions },
      }),
    );
    return { ...tokenOf({ ...stored, userName: owner.userName }, nowMs), token: secret };
  });

  router.handle(routes.revokeToken, async ({ params, caller, address, change }) => {
    requireSession(caller);
    const row = await tokensQuery(database.queries)
      .where('apiTokens.id', '=', params.tokenId)
      .executeTakeFirst();
    const isTheirs =
      row?.userId === caller.user.id || caller.access.scopeOf('administrators.manage') === 'all';
    if (row && !isTheirs) {
      const attempt = { action: routes.revokeToken.id, target: row.id, address };
      await recordForeignAttempt(services, caller, attempt);
    }
    if (!row || !isTheirs) throw fail('NOT_FOUND', { kind: 'API token', id: params.tokenId });
    const revokedAt = row.revokedAt ?? clock.nowMs();
    await change(
      (transaction) =>
        transaction.updateTable('apiTokens').set({ revokedAt }).where('id', '=', row.id).execute(),
      () => ({ target: row.name, details: { id: row.id, user: row.userName } }),
    );
    return tokenOf({ ...row, revokedAt }, clock.nowMs());
  });
}

/**
 * Whose token it becomes.
 *
 * @throws {PERMISSION_DENIED} somebody else's, without `administrators.manage`
 */
async function findOwner(
  queries: Queries,
  caller: UserCaller,
  userId: string | undefined,
): Promise<Pick<Row<'users'>, 'id' | 'userName'>> {
  if (userId === undefined || userId === caller.user.id) return caller.user;
  if (caller.access.scopeOf('administrators.manage') !== 'all') {
    throw fail('PERMISSION_DENIED', { permission: 'administrators.manage' });
  }
  const row = await findUserRow(queries, userId);
  if (!row) throw fail('NOT_FOUND', { kind: 'user', id: userId });
  return row;
}

/**
 * A token gives neither more than its user has nor more than whoever makes it: what is asked for and not there is an
 * error rather than a token that fails later.
 *
 * @throws {PERMISSION_DENIED} the owner does not have it
 * @throws {PERMISSION_EXCEEDED} whoever makes it does not have it
 */
async function requireScope(
  queries: Queries,
  caller: UserCaller,
  owner: { readonly id: string },
  wanted: Pick<z.output<typeof newApiTokenSchema>, 'permissions' | 'workspaceIds'>,
): Promise<void> {
  const access = restrictAccess(await loadAccess(queries, owner.id), wanted);
  const missing = wanted.permissions.find((permission) => !access.permissions.has(permission));
  if (missing !== undefined) throw fail('PERMISSION_DENIED', { permission: missing });
  requireCovered(caller.access, access);
}

/** Ids sort by time, so pages go by them. */
async function page(
  queries: Queries,
  userId: string | undefined,
  { cursor, limit }: { cursor?: string | undefined; limit: number },
): Promise<TokenRow[]> {
  if (cursor !== undefined && !/^[0-9a-f-]{36}$/.test(cursor)) throw invalidCursor();
  return tokensQuery(queries)
    .where((where) =>
      where.and([
        ...(userId === undefined ? [] : [where('apiTokens.userId', '=', userId)]),
        ...(cursor === undefined ? [] : [where('apiTokens.id', '<', cursor)]),
      ]),
    )
    .orderBy('apiTokens.id', 'desc')
    .limit(limit + 1)
    .execute();
}
