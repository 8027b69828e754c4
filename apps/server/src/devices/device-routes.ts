import { fail, routes } from '@carrel/contract';
import type { Router } from '../http/index.ts';
import type { Services } from '../services.ts';
import { registerActionRoutes } from './actions/action-routes.ts';
import { approveDevice, changeDevice, forgetDevice } from './change-device.ts';
import { findDeviceRow, loadDevice } from './device-rows.ts';
import { registerTokenRoutes } from './enrolment/token-routes.ts';
import { listDevices } from './list-devices.ts';
import { revokeDevice } from './revoke-device.ts';

export function registerDeviceRoutes(router: Router, services: Services): void {
  registerReading(router, services);
  registerWriting(router, services);
  registerActionRoutes(router, services);
  registerTokenRoutes(router, services);
}

function registerReading(router: Router, { database, clock }: Services): void {
  const { queries } = database;
  router.handle(routes.listDevices, ({ query, scope }) => listDevices(queries, query, scope, clock.nowMs()));

  router.handle(routes.getDevice, async ({ params, scope }) => {
    const row = await findDeviceRow(queries, params.deviceId);
    if (!row) throw fail('NOT_FOUND', { kind: 'device', id: params.deviceId });
    return loadDevice(queries, row, scope, clock.nowMs());
  });
}

function registerWriting(router: Router, { database, clock, notices }: Services): void {
  const { queries } = database;
  router.handle(routes.changeDevice, async ({ params, body, scope, change }) => {
    const row = await change(
      (transaction) => changeDevice(transaction, params.deviceId, body),
      () => ({ details: body }),
    );
    notices.publish({ topic: 'device', id: row.id });
    return loadDevice(queries, row, scope, clock.nowMs());
  });

  router.handle(routes.approveDevice, async ({ params, scope, change }) => {
    const row = await change((transaction) => approveDevice(transaction, params.deviceId));
    notices.publish({ topic: 'device', id: row.id });
    return loadDevice(queries, row, scope, clock.nowMs());
  });

  router.handle(routes.revokeDevice, async ({ params, scope, change }) => {
    const row = await change((transaction) => revokeDevice(transaction, params.deviceId, clock.nowMs()));
    notices.publish({ topic: 'device', id: row.id });
    return loadDevice(queries, row, scope, clock.nowMs());
  });

  router.handle(routes.forgetDevice, async ({ params, change }) => {
    await change(
      (transaction) => forgetDevice(transaction, params.deviceId),
      (row) => ({ details: { hostNameKey: row.hostNameKey, state: row.state } }),
    );
    notices.publish({ topic: 'device', id: params.deviceId });
    return undefined;
  });
}
