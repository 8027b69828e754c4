import { fail, type routes } from '@carrel/contract';
import type { DeviceId } from '@carrel/kit';
import type { z } from 'zod';
import type { Row } from '../database/index.ts';
import { isoTime } from '../database/values.ts';
import type { Answer } from '../http/index.ts';
import { issueLeases } from '../leases/index.ts';
import { issueRepositoryToken } from '../repository-access/index.ts';
import type { Services } from '../services.ts';
import { readIntervals } from '../settings/index.ts';
import { findGrantedUser } from './device-grants.ts';

type SyncRoute = typeof routes.syncDevice;
type UserAnswer = Answer<SyncRoute>['users'][number];

/** Takes in what a device says of itself and answers with the leases of everybody signed in there. */
export async function syncDevice(
  services: Services,
  deviceId: DeviceId,
  report: z.output<SyncRoute['body']>,
): Promise<Answer<SyncRoute>> {
  const { database, clock, instance, notices } = services;
  const device = await storeReport(services, deviceId, report);
  const users: UserAnswer[] = [];
  for (const grant of report.userGrants) users.push(await answerGrant(services, device, grant));
  notices.publish({ topic: 'device', id: deviceId });
  const nowMs = clock.nowMs();
  return {
    serverTime: isoTime(nowMs),
    intervals: await readIntervals(database.queries),
    users,
    repositoryToken: await issueRepositoryToken(instance, deviceId, nowMs),
  };
}

async function storeReport(
  { database, clock }: Services,
  deviceId: DeviceId,
  report: z.output<SyncRoute['body']>,
): Promise<Row<'devices'>> {
  const row = await database.queries
    .updateTable('devices')
    .set({
      inventoryJson: JSON.stringify(report.inventory),
      workspacesJson: JSON.stringify(report.workspaces),
      lastContactAt: clock.nowMs(),
    })
    .where('id', '=', deviceId)
    .where('state', '=', 'active')
    .returningAll()
    .executeTakeFirst();
  if (!row) throw fail('DEVICE_REVOKED', {});
  return row;
}

async function answerGrant(services: Services, device: Row<'devices'>, grant: string): Promise<UserAnswer> {
  const user = await findGrantedUser(services.database.queries, device.id, grant);
  if (!user) return { outcome: 'refused', code: 'LEASE_WITHDRAWN' };
  return { outcome: 'granted', userId: user.id, leases: await issueLeases(services, device, user) };
}
