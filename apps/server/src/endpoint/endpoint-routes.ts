import { fail, routes } from '@carrel/contract';
import type { Directory } from '@carrel/directory';
import { appendAudit } from '../audit/index.ts';
import { isoTime } from '../database/values.ts';
import { enrolDevice } from '../devices/index.ts';
import { appendEvents } from '../events/index.ts';
import { actorOf, type Router } from '../http/index.ts';
import type { Services } from '../services.ts';
import type { SignInLimiter } from '../session/index.ts';
import { readIntervals } from '../settings/index.ts';
import { createDeviceGrant } from './device-grants.ts';
import { syncDevice } from './sync-device.ts';

/** What agents call. */
export function registerEndpointRoutes(
  router: Router,
  services: Services,
  people: { readonly directory: Directory; readonly limiter: SignInLimiter },
): void {
  registerEnrolment(router, services, people.limiter);
  registerDeviceSignIn(router, services, people);
  registerContact(router, services);
}

function registerEnrolment(router: Router, services: Services, limiter: SignInLimiter): void {
  const { database, clock, randomBytes, instance, notices } = services;
  router.handle(routes.enrolDevice, async ({ body, address, change }) => {
    limiter.admit(address);
    const deviceId = await change(
      (transaction) => enrolDevice(transaction, body, clock.nowMs(), randomBytes),
      (id) => ({ target: id, details: { hostName: body.inventory.hostName, address } }),
    );
    notices.publish({ topic: 'device', id: deviceId });
    return {
      deviceId,
      instanceId: instance.id,
      leaseKeys: { keys: [...instance.leaseKeys.published] },
      intervals: await readIntervals(database.queries),
      serverTime: isoTime(clock.nowMs()),
    };
  });
}

function registerDeviceSignIn(
  router: Router,
  services: Services,
  { directory, limiter }: { readonly directory: Directory; readonly limiter: SignInLimiter },
): void {
  const { database, clock, randomBytes } = services;
  router.handle(routes.signInAtDevice, async ({ body, caller, address, change }) => {
    const answer = await limiter.attempt({ address, account: body.userName }, () =>
      directory.authenticate(body.userName, body.password),
    );
    if (answer.outcome === 'refused') {
      await database.transaction((transaction) =>
        appendAudit(transaction, clock.nowMs(), {
          actor: actorOf(caller),
          action: 'signInAtDevice',
          target: body.userName,
          outcome: 'denied',
          details: { address },
        }),
      );
      throw fail('SIGN_IN_FAILED', {});
    }
    const { user } = answer;
    const origin = { nowMs: clock.nowMs(), randomBytes };
    const userGrant = await change(
      (transaction) => createDeviceGrant(transaction, caller.deviceId, user.id, origin),
      () => ({ target: user.userName, details: { address } }),
    );
    return { userId: user.id, userName: user.userName, displayName: user.displayName, userGrant };
  });
}

function registerContact(router: Router, services: Services): void {
  const { database, clock, randomBytes, notices } = services;
  router.handle(routes.syncDevice, ({ body, caller }) => syncDevice(services, caller.deviceId, body));

  router.handle(routes.sendEvents, async ({ body, caller }) => {
    const origin = { nowMs: clock.nowMs(), randomBytes };
    const { acknowledgedSequence, stored } = await database.transaction((transaction) =>
      appendEvents(transaction, caller.deviceId, body.events, origin),
    );
    for (const event of stored) notices.publish({ topic: 'event', event });
    return { acknowledgedSequence };
  });
}
