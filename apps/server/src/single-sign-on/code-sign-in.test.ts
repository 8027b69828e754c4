import { routes } from '@carrel/contract';
import { startTestBrowser } from '@carrel/directory/testing/oidc';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { databaseKinds, enrolTestDevice, inventory } from '../testing/index.ts';
import { type SignOnServer, startSignOnServer } from './testing/sign-on-server.ts';

describe.each(databaseKinds)('sign-in by code on %s', (kind) => {
  let signOn: SignOnServer;
  beforeAll(async () => {
    signOn = await startSignOnServer(kind);
  });
  afterAll(() => signOn[Symbol.asyncDispose]());
  beforeEach(() => signOn.reset());

  const enter = async (flow: { verificationUri: string; userCode: string }, person = 'u-ada') => {
    await using browser = startTestBrowser(signOn.provider);
    await browser.enterCode(flow.verificationUri, flow.userCode, person);
    signOn.server.clock.advance(10_000);
  };

  it('opens a session of a program once the person has entered it', async () => {
    const stranger = signOn.server.connection.client();
    const flow = await stranger.call(routes.beginDeviceSignIn, {
      body: { providerId: signOn.configured.id },
    });
    const body = { handle: flow.handle };
    expect(await stranger.call(routes.finishDeviceSignIn, { body })).toMatchObject({ outcome: 'pending' });
    await enter(flow);
    const answer = await stranger.call(routes.finishDeviceSignIn, { body });
    if (answer.outcome !== 'signed-in') throw new Error('the sign-in is not finished');
    expect(answer.user.userName).toBe('ada');
    const session = await signOn.server.connection.as(answer.token).call(routes.getSession, {});
    expect(session.user.userName).toBe('ada');
    signOn.server.clock.advance(10_000);
    await expect(stranger.call(routes.finishDeviceSignIn, { body })).rejects.toMatchObject({
      code: 'SSO_REFUSED',
    });
  });

  it('asks the provider no faster than it wants to be asked', async () => {
    const stranger = signOn.server.connection.client();
    const flow = await stranger.call(routes.beginDeviceSignIn, {
      body: { providerId: signOn.configured.id },
    });
    const before = signOn.provider.tokenRequests();
    for (let asked = 0; asked < 20; asked += 1) {
      await stranger.call(routes.finishDeviceSignIn, { body: { handle: flow.handle } });
    }
    expect(signOn.provider.tokenRequests() - before).toBe(1);
  });

  it('refuses handles that are made up, or too old', async () => {
    const stranger = signOn.server.connection.client();
    await expect(
      stranger.call(routes.finishDeviceSignIn, { body: { handle: 'made up' } }),
    ).rejects.toMatchObject({ code: 'SSO_ATTEMPT_UNKNOWN' });
    const flow = await stranger.call(routes.beginDeviceSignIn, {
      body: { providerId: signOn.configured.id },
    });
    signOn.server.clock.advance(11 * 60_000);
    await expect(
      stranger.call(routes.finishDeviceSignIn, { body: { handle: flow.handle } }),
    ).rejects.toMatchObject({ code: 'SSO_CODE_EXPIRED' });
  });

  it('gives a device the grant of the person, and no other device', async () => {
    const device = await enrolTestDevice(signOn.server, 'desk-1');
    const other = await enrolTestDevice(signOn.server, 'desk-2');
    const flow = await device.client.call(routes.beginSignInAtDevice, {
      body: { providerId: signOn.configured.id },
    });
    await enter(flow);
    const body = { handle: flow.handle };
    await expect(other.client.call(routes.finishSignInAtDevice, { body })).rejects.toMatchObject({
      code: 'SSO_ATTEMPT_UNKNOWN',
    });
    await expect(
      signOn.server.connection.client().call(routes.finishDeviceSignIn, { body }),
    ).rejects.toMatchObject({ code: 'SSO_ATTEMPT_UNKNOWN' });
    const answer = await device.client.call(routes.finishSignInAtDevice, { body });
    if (answer.outcome !== 'signed-in') throw new Error('the sign-in is not finished');
    const synced = await device.client.call(routes.syncDevice, {
      body: { userGrants: [answer.userGrant], inventory, workspaces: [] },
    });
    expect(synced.users).toMatchObject([{ outcome: 'granted', userId: answer.userId }]);
  });
});
