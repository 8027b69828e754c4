import { routes, signInPaths } from '@carrel/contract';
import { startTestBrowser } from '@carrel/directory/testing/oidc';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { databaseKinds } from '../testing/index.ts';
import { type SignOnServer, startSignOnServer } from './testing/sign-on-server.ts';

describe.each(databaseKinds)('sign-in providers on %s', (kind) => {
  let signOn: SignOnServer;
  beforeAll(async () => {
    signOn = await startSignOnServer(kind);
  });
  afterAll(() => signOn[Symbol.asyncDispose]());
  beforeEach(() => signOn.reset());

  it('tells strangers the names of enabled ones and no more', async () => {
    const hidden = await signOn.server.administrator.call(routes.createSignInProvider, {
      body: { ...signOn.providerBody, displayName: 'Hidden', isEnabled: false },
    });
    const { items } = await signOn.server.connection.client().call(routes.listSignInOptions, {});
    expect(items).toEqual([{ id: signOn.configured.id, displayName: 'Company' }]);
    const query = new URLSearchParams({ provider: hidden.id });
    const answer = await signOn.visit(`${signInPaths.start}?${query.toString()}`);
    expect(answer.headers.get('location')).toBe('/sign-in?error=NOT_FOUND');
  });

  it('never tells the secret, keeps it when it is left out, and forgets it when told to', async () => {
    const { administrator } = signOn.server;
    const { clientSecret, ...settings } = signOn.providerBody;
    const made = await administrator.call(routes.createSignInProvider, {
      body: { ...settings, clientSecret },
    });
    expect(made.hasClientSecret).toBe(true);
    expect(JSON.stringify(await administrator.call(routes.listSignInProviders, {}))).not.toContain(
      clientSecret,
    );
    const params = { providerId: made.id };
    const kept = await administrator.call(routes.changeSignInProvider, { params, body: settings });
    expect(kept.hasClientSecret).toBe(true);
    const body = { ...settings, clientSecret: null };
    expect(await administrator.call(routes.changeSignInProvider, { params, body })).toMatchObject({
      hasClientSecret: false,
    });
    await administrator.call(routes.deleteSignInProvider, { params });
    await expect(administrator.call(routes.testSignInProvider, { params })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('takes only issuers behind TLS', async () => {
    for (const issuer of ['http://127.0.0.1:1', 'https://name:word@host.example', 'ftp://host.example']) {
      await expect(
        signOn.server.administrator.call(routes.createSignInProvider, {
          body: { ...signOn.providerBody, issuer },
        }),
      ).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    }
  });

  it('ends the sessions a provider opened when it is disabled or deleted', async () => {
    const body = { ...signOn.providerBody, displayName: 'Passing' };
    const { id } = await signOn.server.administrator.call(routes.createSignInProvider, { body });
    const stranger = signOn.server.connection.client();
    const flow = await stranger.call(routes.beginDeviceSignIn, { body: { providerId: id } });
    await using browser = startTestBrowser(signOn.provider);
    await browser.enterCode(flow.verificationUri, flow.userCode, 'u-ada');
    const answer = await stranger.call(routes.finishDeviceSignIn, { body: { handle: flow.handle } });
    if (answer.outcome !== 'signed-in') throw new Error('the sign-in is not finished');
    const client = signOn.server.connection.as(answer.token);
    await client.call(routes.getSession, {});
    const disabled = { ...body, isEnabled: false };
    await signOn.server.administrator.call(routes.changeSignInProvider, {
      params: { providerId: id },
      body: disabled,
    });
    await expect(client.call(routes.getSession, {})).rejects.toMatchObject({ code: 'SIGN_IN_REQUIRED' });
  });

  it('tries a provider and says what is wrong', async () => {
    const params = { providerId: signOn.configured.id };
    expect(await signOn.server.administrator.call(routes.testSignInProvider, { params })).toMatchObject({
      hasDeviceFlow: true,
      redirectUri: signOn.server.connection.origin + signInPaths.callback,
    });
    const body = { ...signOn.providerBody, displayName: 'Wrong', issuer: 'https://127.0.0.1:1' };
    const wrong = await signOn.server.administrator.call(routes.createSignInProvider, { body });
    await expect(
      signOn.server.administrator.call(routes.testSignInProvider, { params: { providerId: wrong.id } }),
    ).rejects.toMatchObject({ code: 'SSO_PROVIDER_UNREACHABLE' });
  });
});
