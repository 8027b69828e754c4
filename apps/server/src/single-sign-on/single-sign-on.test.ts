import { type ApiClient, routes, type SignInProvider, signInPaths } from '@carrel/contract';
import { startTestBrowser, startTestProvider, type TestProvider } from '@carrel/directory/testing/oidc';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  databaseKinds,
  enrolTestDevice,
  inventory,
  startTestServer,
  type TestServer,
} from '../testing/index.ts';

const people = {
  'u-ada': { name: 'Ada Lovelace', preferred_username: 'ada', groups: ['engineering', 'staff'] },
  'u-bob': { name: 'Bob', preferred_username: 'bob', groups: [] },
  'u-impostor': { name: 'Somebody', preferred_username: 'admin', groups: [] },
};

describe.each(databaseKinds)('single sign-on on %s', (kind) => {
  let server: TestServer;
  let provider: TestProvider;
  let configured: SignInProvider;
  beforeAll(async () => {
    server = await startTestServer(kind);
    const { origin } = server.connection;
    provider = await startTestProvider({
      redirectUris: [origin + signInPaths.callback],
      postSignOutRedirectUris: [`${origin}/`],
      people,
    });
    configured = await server.administrator.call(routes.createSignInProvider, { body: providerBody() });
  });
  afterAll(async () => {
    await provider[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    // Used, the administrator's session outlasts the time that tests let pass.
    await server.administrator.call(routes.getSession, {});
    provider.tamper(undefined);
    for (const [subject, person] of Object.entries(people)) provider.people.set(subject, person);
    server.clock.advance(61_000);
  });

  const providerBody = () => ({
    displayName: 'Company',
    issuer: provider.issuer,
    clientId: provider.clientId,
    clientSecret: provider.clientSecret,
    consoleOrigin: server.connection.origin,
    authorityPem: provider.authorityPem,
  });
  const visit = (url: string, cookie = ''): Promise<Response> =>
    server.connection.send(url.replace(server.connection.origin, ''), { headers: { cookie } });
  const start = async (returnTo = '/workspaces') => {
    const query = new URLSearchParams({ provider: configured.id, returnTo });
    const answer = await visit(`${signInPaths.start}?${query.toString()}`);
    return { url: answer.headers.get('location') ?? '', cookie: pairOf(answer) };
  };
  /** As far as the address that the provider sends the browser back to. */
  const comeBack = async (person: string, returnTo?: string) => {
    const { url, cookie } = await start(returnTo);
    await using browser = startTestBrowser(provider);
    return { callback: (await browser.signIn(url, person)).url, cookie };
  };
  const signIn = async (person: string, returnTo?: string) => {
    const { callback, cookie } = await comeBack(person, returnTo);
    const answer = await visit(callback, cookie);
    return { location: answer.headers.get('location') ?? '', session: pairOf(answer, '__Host-carrel=') };
  };
  /** A client for the session of a cookie. */
  const clientOf = (cookie: string): ApiClient => server.connection.client(() => Promise.resolve({ cookie }));
  const lastAudit = async () => {
    const { items } = await server.administrator.call(routes.listAudit, { query: { limit: 10 } });
    return items.find((entry) => entry.action === 'singleSignOn');
  };

  it('leads to the provider and back to the page that was wanted, signed in', async () => {
    const { location, session } = await signIn('u-ada', '/workspaces?tab=web');
    expect(location).toBe('/workspaces?tab=web');
    const found = await clientOf(session).call(routes.getSession, {});
    expect(found.user).toMatchObject({ userName: 'ada', displayName: 'Ada Lovelace', source: 'oidc' });
    expect(await lastAudit()).toMatchObject({ actor: 'ada', outcome: 'done' });
  });

  it('keeps its secrets in cookies that only this server over TLS gets, and that no script reads', async () => {
    const query = new URLSearchParams({ provider: configured.id });
    const begun = await visit(`${signInPaths.start}?${query.toString()}`);
    expect(begun.headers.get('set-cookie')).toMatch(
      /^__Host-carrel-sign-in=.*; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    const { callback, cookie } = await comeBack('u-ada');
    const cookies = (await visit(callback, cookie)).headers.getSetCookie();
    expect(cookies.find((text) => text.startsWith('__Host-carrel='))).toMatch(
      /; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    );
    expect(cookies.find((text) => text.startsWith('__Host-carrel-sign-in='))).toContain(
      'Expires=Thu, 01 Jan 1970',
    );
  });

  it.each([
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    '/.//evil.example',
    '/%5c/..//evil.example',
  ])('never leads to another site: %s', async (returnTo) => {
    const { location } = await signIn('u-ada', returnTo);
    expect(new URL(location, server.connection.origin).origin).toBe(server.connection.origin);
    expect(location).not.toMatch(/^\/[/\\]/);
  });

  it('puts people into the groups the provider names, and out of them', async () => {
    await signIn('u-ada');
    const membersOf = async (name: string) => {
      const { items } = await server.administrator.call(routes.listGroups, { query: { name } });
      return items[0]?.userIds ?? [];
    };
    const { items } = await server.administrator.call(routes.listUsers, { query: { userName: 'ada' } });
    const ada = items[0]?.id;
    expect(await membersOf('staff')).toContain(ada);
    provider.people.set('u-ada', { ...people['u-ada'], groups: ['engineering'] });
    await signIn('u-ada');
    expect(await membersOf('staff')).not.toContain(ada);
    expect(await membersOf('engineering')).toContain(ada);
  });

  it('gives nobody the account of somebody who is called the same', async () => {
    const { session } = await signIn('u-impostor');
    const { user, permissions } = await clientOf(session).call(routes.getSession, {});
    expect(user.userName).not.toBe('admin');
    expect(permissions).toEqual([]);
  });

  it('knows somebody again who was renamed', async () => {
    const before = await clientOf((await signIn('u-bob')).session).call(routes.getSession, {});
    provider.people.set('u-bob', { ...people['u-bob'], preferred_username: 'robert' });
    const after = await clientOf((await signIn('u-bob')).session).call(routes.getSession, {});
    expect(after.user).toMatchObject({ id: before.user.id, userName: 'robert' });
  });

  it('refuses an answer that another browser asked for, or none', async () => {
    const { callback } = await comeBack('u-ada');
    const other = await start();
    for (const [cookie, code] of [
      ['', 'SSO_ATTEMPT_UNKNOWN'],
      ['__Host-carrel-sign-in=made-up', 'SSO_ATTEMPT_UNKNOWN'],
      [other.cookie, 'SSO_TOKEN_INVALID'],
    ] as const) {
      const answer = await visit(callback, cookie);
      expect(answer.headers.get('location')).toBe(`/sign-in?error=${code}`);
      expect(answer.headers.get('set-cookie')).not.toContain('__Host-carrel=');
    }
  });

  it('takes an answer once', async () => {
    const { callback, cookie } = await comeBack('u-ada');
    expect((await visit(callback, cookie)).headers.get('location')).toBe('/workspaces');
    expect((await visit(callback, cookie)).headers.get('location')).toBe('/sign-in?error=SSO_REFUSED');
    expect(await lastAudit()).toMatchObject({ outcome: 'denied', details: { code: 'SSO_REFUSED' } });
  });

  it('takes no answer that comes too late', async () => {
    const { callback, cookie } = await comeBack('u-ada');
    server.clock.advance(11 * 60_000);
    expect((await visit(callback, cookie)).headers.get('location')).toBe(
      '/sign-in?error=SSO_ATTEMPT_UNKNOWN',
    );
  });

  it('refuses an ID token for another client and records it', async () => {
    provider.tamper((claims) => ({ ...claims, aud: 'somebody-else' }));
    expect(await signIn('u-ada')).toMatchObject({
      location: '/sign-in?error=SSO_TOKEN_INVALID',
      session: '',
    });
    expect(await lastAudit()).toMatchObject({ outcome: 'denied', details: { code: 'SSO_TOKEN_INVALID' } });
  });

  it('lets nobody in whom an administrator here disabled', async () => {
    const { session } = await signIn('u-bob');
    const { user } = await clientOf(session).call(routes.getSession, {});
    const params = { userId: user.id };
    await server.administrator.call(routes.changeUser, { params, body: { isDisabled: true } });
    await expect(clientOf(session).call(routes.getSession, {})).rejects.toMatchObject({
      code: 'SIGN_IN_REQUIRED',
    });
    expect((await signIn('u-bob')).location).toBe('/sign-in?error=SSO_NOT_ALLOWED');
    await server.administrator.call(routes.changeUser, { params, body: { isDisabled: false } });
  });

  it('takes no password for people of a provider', async () => {
    await signIn('u-ada');
    for (const password of ['', 'any', ' ']) {
      await expect(server.signIn('ada', password || 'x')).rejects.toMatchObject({ code: 'SIGN_IN_FAILED' });
    }
  });

  it('signs out at the provider as well', async () => {
    const { session } = await signIn('u-ada');
    const { csrfToken } = await clientOf(session).call(routes.getSession, {});
    const client = server.connection.client(() =>
      Promise.resolve({ cookie: session, 'x-csrf-token': csrfToken }),
    );
    const { continueAt } = await client.call(routes.signOut, {});
    expect(continueAt).toContain(`${provider.issuer}/session/end`);
    await using browser = startTestBrowser(provider);
    expect((await browser.signOut(continueAt ?? '')).url).toBe(`${server.connection.origin}/`);
  });

  it('says on the sign-in page that the provider is down', async () => {
    await provider.stop();
    try {
      const query = new URLSearchParams({ provider: configured.id });
      // What the provider offers is remembered for a while; it must be asked anew.
      server.clock.advance(11 * 60_000);
      const answer = await visit(`${signInPaths.start}?${query.toString()}`);
      expect(answer.headers.get('location')).toBe('/sign-in?error=SSO_PROVIDER_UNREACHABLE');
    } finally {
      await provider.start();
    }
  });

  describe('by code', () => {
    const enter = async (flow: { verificationUri: string; userCode: string }, person = 'u-ada') => {
      await using browser = startTestBrowser(provider);
      await browser.enterCode(flow.verificationUri, flow.userCode, person);
      server.clock.advance(10_000);
    };

    it('opens a session of a program once the person has entered it', async () => {
      const stranger = server.connection.client();
      const flow = await stranger.call(routes.beginDeviceSignIn, { body: { providerId: configured.id } });
      const body = { handle: flow.handle };
      expect(await stranger.call(routes.finishDeviceSignIn, { body })).toMatchObject({ outcome: 'pending' });
      await enter(flow);
      const answer = await stranger.call(routes.finishDeviceSignIn, { body });
      if (answer.outcome !== 'signed-in') throw new Error('the sign-in is not finished');
      expect(answer.user.userName).toBe('ada');
      const session = await server.connection.as(answer.token).call(routes.getSession, {});
      expect(session.user.userName).toBe('ada');
      server.clock.advance(10_000);
      await expect(stranger.call(routes.finishDeviceSignIn, { body })).rejects.toMatchObject({
        code: 'SSO_REFUSED',
      });
    });

    it('asks the provider no faster than it wants to be asked', async () => {
      const stranger = server.connection.client();
      const flow = await stranger.call(routes.beginDeviceSignIn, { body: { providerId: configured.id } });
      const before = provider.tokenRequests();
      for (let asked = 0; asked < 20; asked += 1) {
        await stranger.call(routes.finishDeviceSignIn, { body: { handle: flow.handle } });
      }
      expect(provider.tokenRequests() - before).toBe(1);
    });

    it('refuses handles that are made up, or too old', async () => {
      const stranger = server.connection.client();
      await expect(
        stranger.call(routes.finishDeviceSignIn, { body: { handle: 'made up' } }),
      ).rejects.toMatchObject({ code: 'SSO_ATTEMPT_UNKNOWN' });
      const flow = await stranger.call(routes.beginDeviceSignIn, { body: { providerId: configured.id } });
      server.clock.advance(11 * 60_000);
      await expect(
        stranger.call(routes.finishDeviceSignIn, { body: { handle: flow.handle } }),
      ).rejects.toMatchObject({ code: 'SSO_CODE_EXPIRED' });
    });

    it('gives a device the grant of the person, and no other device', async () => {
      const device = await enrolTestDevice(server, 'desk-1');
      const other = await enrolTestDevice(server, 'desk-2');
      const flow = await device.client.call(routes.beginSignInAtDevice, {
        body: { providerId: configured.id },
      });
      await enter(flow);
      const body = { handle: flow.handle };
      for (const thief of [other.client.call(routes.finishSignInAtDevice, { body })]) {
        await expect(thief).rejects.toMatchObject({ code: 'SSO_ATTEMPT_UNKNOWN' });
      }
      await expect(
        server.connection.client().call(routes.finishDeviceSignIn, { body }),
      ).rejects.toMatchObject({ code: 'SSO_ATTEMPT_UNKNOWN' });
      const answer = await device.client.call(routes.finishSignInAtDevice, { body });
      if (answer.outcome !== 'signed-in') throw new Error('the sign-in is not finished');
      const synced = await device.client.call(routes.syncDevice, {
        body: { userGrants: [answer.userGrant], inventory, workspaces: [] },
      });
      expect(synced.users).toMatchObject([{ outcome: 'granted', userId: answer.userId }]);
    });
  });

  describe('configuring providers', () => {
    it('tells strangers the names of enabled ones and no more', async () => {
      const hidden = await server.administrator.call(routes.createSignInProvider, {
        body: { ...providerBody(), displayName: 'Hidden', isEnabled: false },
      });
      const { items } = await server.connection.client().call(routes.listSignInOptions, {});
      expect(items).toEqual([{ id: configured.id, displayName: 'Company' }]);
      const query = new URLSearchParams({ provider: hidden.id });
      const answer = await visit(`${signInPaths.start}?${query.toString()}`);
      expect(answer.headers.get('location')).toBe('/sign-in?error=NOT_FOUND');
    });

    it('never tells the secret, keeps it when it is left out, and forgets it when told to', async () => {
      const { administrator } = server;
      const { clientSecret, ...settings } = providerBody();
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
          server.administrator.call(routes.createSignInProvider, { body: { ...providerBody(), issuer } }),
        ).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
      }
    });

    it('ends the sessions a provider opened when it is disabled or deleted', async () => {
      const body = { ...providerBody(), displayName: 'Passing' };
      const { id } = await server.administrator.call(routes.createSignInProvider, { body });
      const stranger = server.connection.client();
      const flow = await stranger.call(routes.beginDeviceSignIn, { body: { providerId: id } });
      await using browser = startTestBrowser(provider);
      await browser.enterCode(flow.verificationUri, flow.userCode, 'u-ada');
      const answer = await stranger.call(routes.finishDeviceSignIn, { body: { handle: flow.handle } });
      if (answer.outcome !== 'signed-in') throw new Error('the sign-in is not finished');
      const client = server.connection.as(answer.token);
      await client.call(routes.getSession, {});
      const disabled = { ...body, isEnabled: false };
      await server.administrator.call(routes.changeSignInProvider, {
        params: { providerId: id },
        body: disabled,
      });
      await expect(client.call(routes.getSession, {})).rejects.toMatchObject({ code: 'SIGN_IN_REQUIRED' });
    });

    it('tries a provider and says what is wrong', async () => {
      const params = { providerId: configured.id };
      expect(await server.administrator.call(routes.testSignInProvider, { params })).toMatchObject({
        hasDeviceFlow: true,
        redirectUri: server.connection.origin + signInPaths.callback,
      });
      const body = { ...providerBody(), displayName: 'Wrong', issuer: 'https://127.0.0.1:1' };
      const wrong = await server.administrator.call(routes.createSignInProvider, { body });
      await expect(
        server.administrator.call(routes.testSignInProvider, { params: { providerId: wrong.id } }),
      ).rejects.toMatchObject({ code: 'SSO_PROVIDER_UNREACHABLE' });
    });
  });
});

/** The `name=value` of a cookie that an answer sets. */
function pairOf(answer: Response, prefix = ''): string {
  const cookie = answer.headers.getSetCookie().find((text) => text.startsWith(prefix));
  return cookie?.split(';', 1)[0] ?? '';
}
