import { routes, signInPaths } from '@carrel/contract';
import { startTestBrowser } from '@carrel/directory/testing/oidc';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { databaseKinds } from '../testing/index.ts';
import { people, type SignOnServer, startSignOnServer } from './testing/sign-on-server.ts';

describe.each(databaseKinds)('single sign-on on %s', (kind) => {
  let signOn: SignOnServer;
  beforeAll(async () => {
    signOn = await startSignOnServer(kind);
  });
  afterAll(() => signOn[Symbol.asyncDispose]());
  beforeEach(() => signOn.reset());
  const lastAudit = async () => {
    const { items } = await signOn.server.administrator.call(routes.listAudit, { query: { limit: 10 } });
    return items.find((entry) => entry.action === 'singleSignOn');
  };

  it('leads to the provider and back to the page that was wanted, signed in', async () => {
    const { location, session } = await signOn.signIn('u-ada', '/workspaces?tab=web');
    expect(location).toBe('/workspaces?tab=web');
    const found = await signOn.clientOf(session).call(routes.getSession, {});
    expect(found.user).toMatchObject({ userName: 'ada', displayName: 'Ada Lovelace', source: 'oidc' });
    expect(await lastAudit()).toMatchObject({ actor: 'ada', outcome: 'done' });
  });

  it('keeps its secrets in cookies that only this server over TLS gets, and that no script reads', async () => {
    const query = new URLSearchParams({ provider: signOn.configured.id });
    const begun = await signOn.visit(`${signInPaths.start}?${query.toString()}`);
    expect(begun.headers.get('set-cookie')).toMatch(
      /^__Host-carrel-sign-in=.*; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    const { callback, cookie } = await signOn.comeBack('u-ada');
    const cookies = (await signOn.visit(callback, cookie)).headers.getSetCookie();
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
    const { location } = await signOn.signIn('u-ada', returnTo);
    expect(new URL(location, signOn.server.connection.origin).origin).toBe(signOn.server.connection.origin);
    expect(location).not.toMatch(/^\/[/\\]/);
  });

  it('puts people into the groups the provider names, and out of them', async () => {
    await signOn.signIn('u-ada');
    const membersOf = async (name: string) => {
      const { items } = await signOn.server.administrator.call(routes.listGroups, { query: { name } });
      return items[0]?.userIds ?? [];
    };
    const { items } = await signOn.server.administrator.call(routes.listUsers, {
      query: { userName: 'ada' },
    });
    const ada = items[0]?.id;
    expect(await membersOf('staff')).toContain(ada);
    signOn.provider.people.set('u-ada', { ...people['u-ada'], groups: ['engineering'] });
    await signOn.signIn('u-ada');
    expect(await membersOf('staff')).not.toContain(ada);
    expect(await membersOf('engineering')).toContain(ada);
  });

  it('lets in several at once who are the first of their group', async () => {
    const names = ['u-1', 'u-2', 'u-3', 'u-4'] as const;
    for (const name of names) {
      signOn.provider.people.set(name, { preferred_username: name, groups: ['morning shift', name] });
    }
    const answers = await Promise.all(names.map((name) => signOn.signIn(name)));
    expect(answers.map(({ location }) => location)).toEqual(names.map(() => '/workspaces'));
    const query = { name: 'morning shift' };
    const { items } = await signOn.server.administrator.call(routes.listGroups, { query });
    expect(items.map((group) => group.userIds.length)).toEqual([names.length]);
  });

  it('gives nobody the account of somebody who is called the same', async () => {
    const { session } = await signOn.signIn('u-impostor');
    const { user, permissions } = await signOn.clientOf(session).call(routes.getSession, {});
    expect(user.userName).not.toBe('admin');
    expect(permissions).toEqual([]);
  });

  it('knows somebody again who was renamed', async () => {
    const before = await signOn.clientOf((await signOn.signIn('u-bob')).session).call(routes.getSession, {});
    signOn.provider.people.set('u-bob', { ...people['u-bob'], preferred_username: 'robert' });
    const after = await signOn.clientOf((await signOn.signIn('u-bob')).session).call(routes.getSession, {});
    expect(after.user).toMatchObject({ id: before.user.id, userName: 'robert' });
  });

  it('refuses an answer that another browser asked for, or none', async () => {
    const { callback } = await signOn.comeBack('u-ada');
    const other = await signOn.start();
    for (const [cookie, code] of [
      ['', 'SSO_ATTEMPT_UNKNOWN'],
      ['__Host-carrel-sign-in=made-up', 'SSO_ATTEMPT_UNKNOWN'],
      [other.cookie, 'SSO_TOKEN_INVALID'],
    ] as const) {
      const answer = await signOn.visit(callback, cookie);
      expect(answer.headers.get('location')).toBe(`/sign-in?error=${code}`);
      expect(answer.headers.get('set-cookie')).not.toContain('__Host-carrel=');
    }
  });

  it('takes an answer once', async () => {
    const { callback, cookie } = await signOn.comeBack('u-ada');
    expect((await signOn.visit(callback, cookie)).headers.get('location')).toBe('/workspaces');
    expect((await signOn.visit(callback, cookie)).headers.get('location')).toBe('/sign-in?error=SSO_REFUSED');
    expect(await lastAudit()).toMatchObject({ outcome: 'denied', details: { code: 'SSO_REFUSED' } });
  });

  it('takes no answer that comes too late', async () => {
    const { callback, cookie } = await signOn.comeBack('u-ada');
    signOn.server.clock.advance(11 * 60_000);
    expect((await signOn.visit(callback, cookie)).headers.get('location')).toBe(
      '/sign-in?error=SSO_ATTEMPT_UNKNOWN',
    );
  });

  it('refuses an ID token for another client and records it', async () => {
    signOn.provider.tamper((claims) => ({ ...claims, aud: 'somebody-else' }));
    expect(await signOn.signIn('u-ada')).toMatchObject({
      location: '/sign-in?error=SSO_TOKEN_INVALID',
      session: '',
    });
    expect(await lastAudit()).toMatchObject({ outcome: 'denied', details: { code: 'SSO_TOKEN_INVALID' } });
  });

  it('lets nobody in whom an administrator here disabled', async () => {
    const { session } = await signOn.signIn('u-bob');
    const { user } = await signOn.clientOf(session).call(routes.getSession, {});
    const params = { userId: user.id };
    await signOn.server.administrator.call(routes.changeUser, { params, body: { isDisabled: true } });
    await expect(signOn.clientOf(session).call(routes.getSession, {})).rejects.toMatchObject({
      code: 'SIGN_IN_REQUIRED',
    });
    expect((await signOn.signIn('u-bob')).location).toBe('/sign-in?error=SSO_NOT_ALLOWED');
    await signOn.server.administrator.call(routes.changeUser, { params, body: { isDisabled: false } });
  });

  it('takes no password for people of a provider', async () => {
    await signOn.signIn('u-ada');
    for (const password of ['', 'any', ' ']) {
      await expect(signOn.server.signIn('ada', password || 'x')).rejects.toMatchObject({
        code: 'SIGN_IN_FAILED',
      });
    }
  });

  it('signs out at the provider as well', async () => {
    const { session } = await signOn.signIn('u-ada');
    const { csrfToken } = await signOn.clientOf(session).call(routes.getSession, {});
    const client = signOn.server.connection.client(() =>
      Promise.resolve({ cookie: session, 'x-csrf-token': csrfToken }),
    );
    const { continueAt } = await client.call(routes.signOut, {});
    expect(continueAt).toContain(`${signOn.provider.issuer}/session/end`);
    await using browser = startTestBrowser(signOn.provider);
    expect((await browser.signOut(continueAt ?? '')).url).toBe(`${signOn.server.connection.origin}/`);
  });

  it('says on the sign-in page that the provider is down', async () => {
    await signOn.provider.stop();
    try {
      const query = new URLSearchParams({ provider: signOn.configured.id });
      // What the provider offers is remembered for a while; it must be asked anew.
      signOn.server.clock.advance(11 * 60_000);
      const answer = await signOn.visit(`${signInPaths.start}?${query.toString()}`);
      expect(answer.headers.get('location')).toBe('/sign-in?error=SSO_PROVIDER_UNREACHABLE');
    } finally {
      await signOn.provider.start();
    }
  });
});
