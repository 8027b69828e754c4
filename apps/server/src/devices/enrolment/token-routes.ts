import { routes } from '@carrel/contract';
import { numberCursor, pageOf } from '../../database/paging.ts';
import { isoTime } from '../../database/values.ts';
import type { Router } from '../../http/index.ts';
import type { Services } from '../../services.ts';
import { createEnrolmentToken, listedTokenOf, revokeEnrolmentToken } from './enrolment-tokens.ts';

export function registerTokenRoutes(router: Router, { database, clock, randomBytes }: Services): void {
  router.handle(routes.listEnrolmentTokens, async ({ query }) => {
    const passedOver = numberCursor(query.cursor) ?? 0;
    const rows = await database.queries
      .selectFrom('enrolmentTokens')
      .selectAll()
      .orderBy('createdAt', 'desc')
      .orderBy('tokenHash')
      .offset(passedOver)
      .limit(query.limit + 1)
      .execute();
    const nowMs = clock.nowMs();
    return pageOf(
      rows,
      query.limit,
      () => String(passedOver + query.limit),
      (row) => listedTokenOf(row, nowMs),
    );
  });

  router.handle(routes.createEnrolmentToken, async ({ body, caller, change }) => {
    const origin = { author: caller.user.userName, nowMs: clock.nowMs(), randomBytes };
    const { token, expiresAtMs } = await change(
      (transaction) => createEnrolmentToken(transaction, body, origin),
      () => ({ target: body.note, details: { maximumUses: body.maximumUses, hours: body.validForHours } }),
    );
    return { token, expiresAt: isoTime(expiresAtMs), maximumUses: body.maximumUses };
  });

  router.handle(routes.revokeEnrolmentToken, async ({ params, change }) => {
    await change(
      (transaction) => revokeEnrolmentToken(transaction, params.enrolmentTokenId),
      (note) => ({ details: { note } }),
    );
    return undefined;
  });
}
