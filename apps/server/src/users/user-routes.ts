import { fail, routes } from '@carrel/contract';
import { hashPassword } from '@carrel/directory';
import { requireMayDecideForUser, usersWithin } from '../access/index.ts';
import type { Queries } from '../database/index.ts';
import { contains } from '../database/like.ts';
import { invalidCursor, pageOf } from '../database/paging.ts';
import type { Router } from '../http/index.ts';
import type { Services } from '../services.ts';
import { changeUser } from './change-user.ts';
import { insertUser } from './create-user.ts';
import { deleteUser } from './delete-user.ts';
import { unlockUser } from './unlock-user.ts';
import { findUserRow, nameKey, userOf } from './user-rows.ts';

export function registerUserRoutes(router: Router, services: Services): void {
  const { database, clock, randomBytes, notices } = services;

  router.handle(routes.listUsers, async ({ query, caller, scope }) => {
    const after = query.cursor === undefined ? undefined : await nameAt(database.queries, query.cursor);
    // Who assigns must be able to find anybody, if they know the name.
    const isLookUp = query.userName !== undefined && caller.access.permissions.has('workspaces.assign');
    const within = scope === 'all' || isLookUp ? undefined : await usersWithin(database.queries, scope);
    const rows = await database.queries
      .selectFrom('users')
      .selectAll()
      .where((where) =>
        where.and([
          ...(within === undefined ? [] : [where('id', 'in', within)]),
          ...(query.search === undefined ? [] : [contains(where.ref('searchKey'), nameKey(query.search))]),
          ...(query.userName === undefined ? [] : [where('userNameKey', '=', nameKey(query.userName))]),
          ...(after === undefined ? [] : [where('userNameKey', '>', after)]),
        ]),
      )
      .orderBy('userNameKey')
      .limit(query.limit + 1)
      .execute();
    return pageOf(rows, query.limit, (row) => row.id, userOf);
  });

  router.handle(routes.createUser, async ({ body, change }) => {
    const content = {
      userName: body.userName,
      displayName: body.displayName ?? body.userName,
      passwordHash: await hashPassword(body.password),
    };
    const origin = { nowMs: clock.nowMs(), randomBytes };
    const user = await change(
      (transaction) => insertUser(transaction, content, origin),
      (made) => ({ target: made.userName, details: { id: made.id } }),
    );
    notices.publish({ topic: 'user', id: user.id });
    return user;
  });

  router.handle(routes.changeUser, async ({ params, body, caller, change }) => {
    const { password, ...fields } = body;
    const passwordHash = password === undefined ? undefined : await hashPassword(password);
    await requireUser(database.queries, params.userId);
    await requireMayDecideForUser(database.queries, caller.access, params.userId);
    const user = await change(
      (transaction) => changeUser(transaction, params.userId, { ...fields, passwordHash }),
      (changed) => ({
        target: changed.userName,
        details: { ...fields, isPasswordChanged: password !== undefined },
      }),
    );
    notices.publish({ topic: 'user', id: user.id });
    return user;
  });

  router.handle(routes.unlockUser, async ({ params, caller, change }) => {
    await requireUser(database.queries, params.userId);
    await requireMayDecideForUser(database.queries, caller.access, params.userId);
    const user = await change(
      (transaction) => unlockUser(transaction, params.userId),
      (unlocked) => ({ target: unlocked.userName }),
    );
    notices.publish({ topic: 'user', id: user.id });
    return user;
  });

  router.handle(routes.deleteUser, async ({ params, caller, change }) => {
    await requireUser(database.queries, params.userId);
    await requireMayDecideForUser(database.queries, caller.access, params.userId);
    const authorship = { author: caller.user.userName, nowMs: clock.nowMs() };
    await change(
      (transaction) => deleteUser(transaction, params.userId, authorship),
      (name) => ({ target: name, details: { id: params.userId } }),
    );
    notices.publish({ topic: 'user', id: params.userId });
    return undefined;
  });
}

/** @throws {NOT_FOUND} */
async function requireUser(queries: Queries, userId: string): Promise<void> {
  if (!(await findUserRow(queries, userId))) throw fail('NOT_FOUND', { kind: 'user', id: userId });
}

/** @throws {REQUEST_INVALID} the cursor names nobody */
async function nameAt(queries: Queries, cursor: string): Promise<string> {
  const row = await findUserRow(queries, cursor);
  if (!row) throw invalidCursor();
  return row.userNameKey;
}
