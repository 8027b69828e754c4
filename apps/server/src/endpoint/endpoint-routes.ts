import { fail, routes } from '@carrel/contract';
import type { Directory } from '@carrel/directory';
import { appendAudit } from '../audit/index.ts';
import { replaceDeviceKeys } from '../devices/index.ts';
import type { StandingOf } from '../directories/index.ts';
import { appendEvents } from '../events/index.ts';
import { actorOf, type Router } from '../http/index.ts';
import type { Services } from '../services.ts';
import type { SignInLimiter } from '../session/index.ts';
import { createDeviceGrant } from './device-grants.ts';
import { registerEnrolment } from './enrolment-routes.ts';
import { syncDevice } from './sync-device.ts';
import { createTurns } from './turns.ts';

/** Contacts answered at a time, and that wait: a few seconds of work. Whoever comes then is asked to come later. */
const contactLimits = { running: 32, waiting: 512 };

/** What agents call. */
export function registerEndpointRoutes(
  router: Router,
  services: Services,
  people: {
    readonly directory: Directory;
    readonly standingOf: StandingOf;
    readonly limiter: SignInLimiter;
  },
): void {
  registerEnrolment(router, services, people);
  registerDeviceSignIn(router, services, people);
  registerContact(router, services, people.standingOf);
}

function registerDeviceSignIn(
  router: Router,
  services: Services,
  { directory, limiter }: { readonly directory: Directory; readonly limiter: SignInLimiter },
): void {
  const { database, clock, randomBytes } = services;
  router.handle(routes.signInAtDevice, async ({ body, caller, address, change }) => {
    // All of an office may share one address; a computer has proven which one it is.
    const from = { address: `device ${caller.deviceId}`, account: body.userName };
    const answer = await limiter.attempt(from, () => directory.authenticate(body.userName, body.password));
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
      throw fail(answer.code ?? 'SIGN_IN_FAILED', {});
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

function registerContact(router: Router, services: Services, standingOf: StandingOf): void {
  const { database, clock, randomBytes, notices } = services;
  const turns = createTurns(contactLimits, Math.random);
  router.handle(routes.syncDevice, ({ body, caller }) =>
    turns.take(() => syncDevice(services, standingOf, caller.device, body)),
  );

  router.handle(routes.rotateDeviceKeys, async ({ body, caller, change }) => {
    await change(
      (transaction) => replaceDeviceKeys(transaction, caller.device, body),
      () => ({ target: caller.deviceId }),
    );
    return { deviceId: caller.deviceId };
  });

  router.handle(routes.sendEvents, async ({ body, caller }) => {
    const origin = { nowMs: clock.nowMs(), randomBytes };
    const { acknowledgedSequence, stored } = await database.transaction((transaction) =>
      appendEvents(transaction, caller.deviceId, body.events, origin),
    );
    for (const event of stored) notices.publish({ topic: 'event', event });
    return { acknowledgedSequence };
  });
}
