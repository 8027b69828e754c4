import type { routes } from '@carrel/contract';
import type { DeviceId, UserId } from '@carrel/kit';
import type { Row } from '../database/index.ts';
import { isoTime } from '../database/values.ts';
import { takeActions } from '../devices/index.ts';
import type { StandingOf } from '../directories/index.ts';
import type { Answer } from '../http/index.ts';
import { issueLeases } from '../leases/index.ts';
import { issueRepositoryToken } from '../repository-access/index.ts';
import type { Services } from '../services.ts';
import { readIntervals } from '../settings/index.ts';
import { findGrantedUsers } from './device-grants.ts';
import { finishActions } from './finish-actions.ts';
import { type Report, storeReport } from './store-report.ts';

type SyncAnswer = Answer<typeof routes.syncDevice>;
type UserAnswer = SyncAnswer['users'][number];

/**
 * Takes in what a device says of itself and answers with what it is to do and the leases of everybody signed in there.
 * The number of statements does not grow with how many are signed in there.
 *
 * @throws {DEVICE_REVOKED} it was revoked meanwhile
 */
export async function syncDevice(
  services: Services,
  standingOf: StandingOf,
  device: Row<'devices'>,
  report: Report,
): Promise<SyncAnswer> {
  const { database, clock, instance, notices } = services;
  const nowMs = clock.nowMs();
  const intervals = await readIntervals(database.queries);
  const isWiped = await finishActions(services, device, report.finishedActions);
  const isNews = !isWiped && (await storeReport(database.queries, device, report, nowMs));
  const actions = isWiped ? [] : await takeActions(database.queries, device.id, nowMs);
  const isDismissed = isWiped || actions.some((action) => action.kind === 'wipe');
  const users = isDismissed
    ? report.userGrants.map(() => refusal('revoked'))
    : await answerGrants(services, standingOf, device, report);
  const wasAway = nowMs - (device.lastContactAt ?? 0) > 2 * intervals.policySeconds * 1000;
  if (isNews || wasAway || actions.length > 0 || report.finishedActions.length > 0) {
    notices.publish({ topic: 'device', id: device.id });
  }
  return {
    serverTime: isoTime(clock.nowMs()),
    intervals,
    leaseKeys: { keys: [...instance.leaseKeys.published] },
    users,
    actions: [...actions],
    repositoryToken: await issueRepositoryToken(instance, device.id as DeviceId, nowMs),
  };
}

/** One answer a grant, in their order. */
async function answerGrants(
  services: Services,
  standingOf: StandingOf,
  device: Row<'devices'>,
  report: Report,
): Promise<UserAnswer[]> {
  const users = await findGrantedUsers(services.database.queries, device.id, report.userGrants);
  const hadBy = Map.groupBy(report.workspaces, (status): string => status.userId);
  const standings = new Map(
    await Promise.all([...users.values()].map(async (user) => [user.id, await standingOf(user)] as const)),
  );
  const holders = [...users.values()]
    .filter((user) => standings.get(user.id) === 'active')
    .map((user) => ({
      user,
      hadWorkspaceIds: (hadBy.get(user.id) ?? []).map((status) => status.workspaceId),
    }));
  const issued = await issueLeases(services, device, holders);
  const issuedTo = new Map(holders.map(({ user }, index) => [user.id, issued[index]]));
  return report.userGrants.map((grant) => {
    const user = users.get(grant);
    if (!user) return refusal('signed-out');
    const answer = issuedTo.get(user.id);
    // Whose directory is out of contact must sign in again; they are not known to be gone.
    if (!answer) return refusal(standings.get(user.id) === 'out-of-contact' ? 'signed-out' : 'disabled');
    const { leases, withdrawn } = answer;
    return {
      outcome: 'granted',
      userId: user.id as UserId,
      leases: [...leases],
      withdrawn: [...withdrawn],
    };
  });
}

function refusal(reason: 'disabled' | 'revoked' | 'signed-out'): UserAnswer {
  return { outcome: 'refused', code: 'LEASE_WITHDRAWN', reason };
}
