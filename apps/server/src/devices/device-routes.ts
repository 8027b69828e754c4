import { fail, routes } from '@carrel/contract';
import { pageOf } from '../database/paging.ts';
import { isoTime } from '../database/values.ts';
import type { Router } from '../http/index.ts';
import type { Services } from '../services.ts';
import { readIntervals } from '../settings/index.ts';
import { deviceOf, findDeviceRow } from './device-rows.ts';
import { createEnrolmentToken } from './enrolment-tokens.ts';
import { revokeDevice } from './revoke-device.ts';

export function registerDeviceRoutes(router: Router, services: Services): void {
  const { database, clock, randomBytes, notices } = services;
  const { queries } = database;

  router.handle(routes.listDevices, async ({ query }) => {
    const rows = await queries
      .selectFrom('devices')
      .selectAll()
      .$if(query.cursor !== undefined, (select) => select.where('id', '>', query.cursor ?? ''))
      .orderBy('id')
      .limit(query.limit + 1)
      .execute();
    const intervals = await readIntervals(queries);
    const nowMs = clock.nowMs();
    return pageOf(
      rows,
      query.limit,
      (row) => row.id,
      (row) => deviceOf(row, intervals, nowMs),
    );
  });

  router.handle(routes.getDevice, async ({ params }) => {
    const row = await findDeviceRow(queries, params.deviceId);
    if (!row) throw fail('NOT_FOUND', { kind: 'device', id: params.deviceId });
    return deviceOf(row, await readIntervals(queries), clock.nowMs());
  });

  router.handle(routes.createEnrolmentToken, async ({ body, caller, change }) => {
    const origin = { author: caller.user.userName, nowMs: clock.nowMs(), randomBytes };
    const { token, expiresAtMs } = await change(
      (transaction) => createEnrolmentToken(transaction, body, origin),
      () => ({ target: body.note, details: { maximumUses: body.maximumUses, hours: body.validForHours } }),
    );
    return { token, expiresAt: isoTime(expiresAtMs), maximumUses: body.maximumUses };
  });

  router.handle(routes.revokeDevice, async ({ params, change }) => {
    const row = await change((transaction) => revokeDevice(transaction, params.deviceId));
    notices.publish({ topic: 'device', id: row.id });
    return deviceOf(row, await readIntervals(queries), clock.nowMs());
  });
}
