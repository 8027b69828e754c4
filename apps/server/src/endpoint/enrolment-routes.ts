import { fail, routes } from '@carrel/contract';
import type { Directory } from '@carrel/directory';
import { appendAudit } from '../audit/index.ts';
import type { Transaction } from '../database/index.ts';
import { isoTime } from '../database/values.ts';
import { type EnrolledDevice, type Enrolment, enrolDevice, hashEnrolmentToken } from '../devices/index.ts';
import type { Answer, Router } from '../http/index.ts';
import type { Services } from '../services.ts';
import type { SignInLimiter } from '../session/index.ts';
import { readIntervals, readSettings } from '../settings/index.ts';

/** How a computer becomes a device. */
export function registerEnrolment(
  router: Router,
  services: Services,
  people: { readonly directory: Directory; readonly limiter: SignInLimiter },
): void {
  const { clock, notices } = services;
  const enrol =
    (enrolment: Enrolment) =>
    (transaction: Transaction): Promise<EnrolledDevice> =>
      enrolDevice(transaction, enrolment, clock.nowMs(), services.randomBytes);

  router.handle(routes.enrolDevice, async ({ body, address, change }) => {
    people.limiter.admit(address);
    const { token, ...computer } = body;
    const right = { kind: 'token', tokenHash: hashEnrolmentToken(token) } as const;
    const device = await change(enrol({ ...computer, right }), ({ id, state }) => ({
      target: id,
      details: { hostName: body.inventory.hostName, address, state },
    }));
    notices.publish({ topic: 'device', id: device.id });
    return answerOf(services, device);
  });

  router.handle(routes.enrolDeviceBySignIn, async ({ body, address, change }) => {
    const { userName, password, ...computer } = body;
    const { hostName } = computer.inventory;
    const user = await signIn(services, people, { userName, password, address, hostName });
    const right = { kind: 'user', userId: user.id, userName: user.userName } as const;
    const device = await change(enrol({ ...computer, right }), ({ id, state }) => ({
      target: id,
      details: { hostName, user: user.userName, address, state },
    }));
    notices.publish({ topic: 'device', id: device.id });
    return answerOf(services, device);
  });
}

/**
 * @throws {ENROLMENT_REFUSED} before the password is looked at: where it is not allowed, nobody tries passwords here
 * @throws {SIGN_IN_FAILED}
 */
async function signIn(
  { database, clock }: Services,
  { directory, limiter }: { readonly directory: Directory; readonly limiter: SignInLimiter },
  attempt: {
    readonly userName: string;
    readonly password: string;
    readonly address: string;
    readonly hostName: string;
  },
) {
  const { userName, password, address, hostName } = attempt;
  const settings = await readSettings(database.queries, ['enrolment.mode']);
  if (settings['enrolment.mode'] === 'token') {
    throw fail('ENROLMENT_REFUSED', { reason: 'devices are enrolled with a token here' });
  }
  const answer = await limiter.attempt({ address, account: userName }, () =>
    directory.authenticate(userName, password),
  );
  if (answer.outcome === 'authenticated') return answer.user;
  await database.transaction((transaction) =>
    appendAudit(transaction, clock.nowMs(), {
      actor: userName,
      action: 'enrolDeviceBySignIn',
      target: hostName,
      outcome: 'denied',
      details: { address },
    }),
  );
  throw fail(answer.code ?? 'SIGN_IN_FAILED', {});
}

async function answerOf(
  { instance, database, clock }: Services,
  device: EnrolledDevice,
): Promise<Answer<typeof routes.enrolDevice>> {
  return {
    deviceId: device.id,
    instanceId: instance.id,
    leaseKeys: { keys: [...instance.leaseKeys.published] },
    intervals: await readIntervals(database.queries),
    serverTime: isoTime(clock.nowMs()),
    state: device.state,
  };
}
