import { fail, routes } from '@carrel/contract';
import { pageOf } from '../../database/paging.ts';
import type { Router } from '../../http/index.ts';
import type { Services } from '../../services.ts';
import { findDeviceRow } from '../device-rows.ts';
import { cancelAction, deviceActionOf, queueAction } from './device-actions.ts';

/** What devices are told to do. */
export function registerActionRoutes(router: Router, services: Services): void {
  const { database, clock, randomBytes, notices } = services;

  router.handle(routes.listDeviceActions, async ({ params, query }) => {
    if (!(await findDeviceRow(database.queries, params.deviceId))) {
      throw fail('NOT_FOUND', { kind: 'device', id: params.deviceId });
    }
    const rows = await database.queries
      .selectFrom('deviceActions')
      .selectAll()
      .where('deviceId', '=', params.deviceId)
      .$if(query.cursor !== undefined, (select) => select.where('id', '<', query.cursor ?? ''))
      .orderBy('id', 'desc')
      .limit(query.limit + 1)
      .execute();
    const nowMs = clock.nowMs();
    return pageOf(
      rows,
      query.limit,
      (row) => row.id,
      (row) => deviceActionOf(row, nowMs),
    );
  });

  router.handle(routes.queueDeviceAction, async ({ params, body, caller, change }) => {
    const origin = { author: caller.user.userName, nowMs: clock.nowMs(), randomBytes };
    const action = await change(
      (transaction) => queueAction(transaction, params.deviceId, body, origin),
      (made) => ({
        details: { actionId: made.id, kind: made.kind, workspaceId: made.workspaceId, userId: made.userId },
      }),
    );
    notices.publish({ topic: 'device', id: params.deviceId });
    return action;
  });

  router.handle(routes.cancelDeviceAction, async ({ params, change }) => {
    const action = await change(
      (transaction) => cancelAction(transaction, params.deviceId, params.actionId, clock.nowMs()),
      (cancelled) => ({ details: { kind: cancelled.kind } }),
    );
    notices.publish({ topic: 'device', id: params.deviceId });
    return action;
  });
}
