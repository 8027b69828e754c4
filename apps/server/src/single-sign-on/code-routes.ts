import { routes } from '@carrel/contract';
import type { DeviceId } from '@carrel/kit';
import { createDeviceGrant } from '../endpoint/device-grants.ts';
import type { Router } from '../http/index.ts';
import type { Services } from '../services.ts';
import { openSession, type SessionStore, type SignInLimiter } from '../session/index.ts';
import { userOf } from '../users/index.ts';
import { admitPerson } from './admit-person.ts';
import type { CodeSignIn } from './code-sign-in.ts';
import { recordDenied } from './record-denied.ts';
import { sealSignOutHint } from './sign-out-hint.ts';

export interface CodeRoutesParts {
  readonly codes: CodeSignIn;
  readonly sessions: SessionStore;
  readonly limiter: SignInLimiter;
}

/** Sign-ins by code: of programs, and of people at a device. */
export function registerCodeRoutes(router: Router, services: Services, parts: CodeRoutesParts): void {
  registerForPrograms(router, services, parts);
  registerForDevices(router, services, parts);
}

function registerForPrograms(
  router: Router,
  services: Services,
  { codes, sessions, limiter }: CodeRoutesParts,
): void {
  router.handle(routes.beginDeviceSignIn, ({ body, address }) => {
    limiter.admit(address);
    return codes.begin(body.providerId, null);
  });

  router.handle(routes.finishDeviceSignIn, ({ body, address, request }) =>
    recordDenied(services, { action: 'singleSignOn', actor: 'anonymous', address }, async () => {
      const answer = await codes.finish(body.handle, null);
      if (answer.outcome === 'pending') return answer;
      const { provider, identity } = answer;
      const signIn = {
        action: 'singleSignOn',
        transport: 'bearer' as const,
        address,
        userAgent: request.headers['user-agent'] ?? '',
        provider: { id: provider.id, signOutHint: sealSignOutHint(services, identity) },
      };
      const { token, session } = await openSession(services, sessions, signIn, (transaction) =>
        admitPerson(transaction, services, provider, identity),
      );
      return { outcome: 'signed-in', ...session, token };
    }),
  );
}

function registerForDevices(router: Router, services: Services, { codes, limiter }: CodeRoutesParts): void {
  const { clock, randomBytes } = services;
  router.handle(routes.beginSignInAtDevice, ({ body, caller, address }) => {
    limiter.admit(address);
    return codes.begin(body.providerId, caller.deviceId);
  });

  router.handle(routes.finishSignInAtDevice, async ({ body, caller, address, change }) => {
    const answer = await codes.finish(body.handle, caller.deviceId);
    if (answer.outcome === 'pending') return answer;
    const { provider, identity } = answer;
    const origin = { nowMs: clock.nowMs(), randomBytes };
    const deviceId: DeviceId = caller.deviceId;
    const { row, userGrant } = await change(
      async (transaction) => {
        const user = await admitPerson(transaction, services, provider, identity);
        return { row: user, userGrant: await createDeviceGrant(transaction, deviceId, user.id, origin) };
      },
      (made) => ({ target: made.row.userName, details: { address, provider: provider.id } }),
    );
    const user = userOf(row);
    return {
      outcome: 'signed-in' as const,
      userId: user.id,
      userName: user.userName,
      displayName: user.displayName,
      userGrant,
    };
  });
}
