import { routes } from '@carrel/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { databaseKinds, startTestServer, type TestServer, testPassword } from '../testing/index.ts';
import { triesAllowed } from './sign-in-limiter.ts';

const idleLimitMs = 30 * 60_000;
const absoluteLimitMs = 12 * 3_600_000;

describe.each(databaseKinds)('sessions on %s', (kind) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer(kind);
  });
  afterAll(() => server[Symbol.asyncDispose]());
  beforeEach(() => {
    // A new window for the limit on sign-ins of this address.
    server.clock.advance(61_000);
  });
  const signInAsAdministrator = async () =>
    server.connection.as(await server.signIn('admin', server.administratorPassword));

  it('tells who is signed in and what they may do', async () => {
    const administrator = await signInAsAdministrator();
    const session = await administrator.call(routes.getSession, {});
    expect(session.user.userName).toBe('admin');
    expect(session.permissions).toContain('audit.view');
    expect(session.csrfToken).toBe('');
  });

  it('ends with the sign-out', async () => {
    const administrator = await signInAsAdministrator();
    await administrator.call(routes.signOut, {});
    await expect(administrator.call(routes.getSession, {})).rejects.toMatchObject({
      code: 'SIGN_IN_REQUIRED',
    });
  });

  it('ends when it is idle, and lasts while it is used', async () => {
    const administrator = await signInAsAdministrator();
    for (let use = 0; use < 3; use += 1) {
      server.clock.advance(idleLimitMs - 60_000);
      await administrator.call(routes.getSession, {});
    }
    server.clock.advance(idleLimitMs + 1000);
    await expect(administrator.call(routes.getSession, {})).rejects.toMatchObject({
      code: 'SIGN_IN_REQUIRED',
    });
  });

  it('ends after half a day however much it is used', async () => {
    const administrator = await signInAsAdministrator();
    for (let passedMs = 0; passedMs < absoluteLimitMs; passedMs += idleLimitMs / 2) {
      await administrator.call(routes.getSession, {});
      server.clock.advance(idleLimitMs / 2);
    }
    server.clock.advance(1000);
    await expect(administrator.call(routes.getSession, {})).rejects.toMatchObject({
      code: 'SIGN_IN_REQUIRED',
    });
  });

  it('ends when the user is disabled or given a new password', async () => {
    const administrator = await signInAsAdministrator();
    const password = 'another password';
    for (const change of [{ isDisabled: true }, { password }]) {
      const name = `leaver-${Object.keys(change).join('')}-${kind}`;
      const body = { userName: name, password: testPassword };
      const user = await administrator.call(routes.createUser, { body });
      const client = server.connection.as(await server.signIn(name, testPassword));
      await client.call(routes.getSession, {});
      await administrator.call(routes.changeUser, { params: { userId: user.id }, body: change });
      await expect(client.call(routes.getSession, {})).rejects.toMatchObject({ code: 'SIGN_IN_REQUIRED' });
      await expect(server.signIn(name, testPassword)).rejects.toMatchObject({ code: 'SIGN_IN_FAILED' });
    }
    await server.signIn(`leaver-password-${kind}`, password);
  });

  it('locks an account after wrong passwords, answers as before, and opens it again in time', async () => {
    const administrator = await signInAsAdministrator();
    const name = `forgetful-${kind}`;
    await administrator.call(routes.createUser, { body: { userName: name, password: testPassword } });
    const wrong = Array.from({ length: 5 }, () => server.signIn(name, 'a wrong password'));
    for (const outcome of await Promise.allSettled(wrong)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'SIGN_IN_FAILED' } });
    }
    await expect(server.signIn(name, testPassword)).rejects.toMatchObject({ code: 'SIGN_IN_FAILED' });
    server.clock.advance(15 * 60_000);
    expect(await server.signIn(name, testPassword)).toHaveLength(43);
  });

  it('holds back an address that tries too often and says for how long', async () => {
    const tries = Array.from({ length: triesAllowed + 1 }, (_, number) =>
      server.signIn(`nobody-${number}`, 'wrong'),
    );
    const outcomes = await Promise.allSettled(tries);
    const codes = outcomes.map((outcome) =>
      outcome.status === 'rejected' ? (outcome.reason as { code: string }).code : 'signed in',
    );
    expect(codes.filter((code) => code === 'REQUEST_LIMITED')).toHaveLength(1);
    const answer = await server.connection.send('/api/v1/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ userName: 'admin', password: server.administratorPassword }),
    });
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  describe('by cookie', () => {
    async function signIn() {
      const answer = await server.connection.send('/api/v1/session', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ userName: 'admin', password: server.administratorPassword }),
      });
      const cookie = answer.headers.get('set-cookie') ?? '';
      const { csrfToken } = (await answer.json()) as { csrfToken: string };
      return { cookie, csrfToken, pair: cookie.split(';', 1)[0] ?? '' };
    }
    const createGroup = (headers: Record<string, string>, name: string): Promise<Response> =>
      server.connection.send('/api/v1/groups', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ name }),
      });

    it('sets a cookie that only this host gets, over TLS, and no script can read', async () => {
      const { cookie } = await signIn();
      expect(cookie).toMatch(/^__Host-carrel=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
    });

    it('reads with the cookie alone and changes only with the token of the page', async () => {
      const { pair, csrfToken } = await signIn();
      const reading = await server.connection.send('/api/v1/groups', { headers: { cookie: pair } });
      expect(reading.status).toBe(200);
      const forged = await createGroup({ cookie: pair }, `forged-${kind}`);
      expect(await forged.json()).toMatchObject({ code: 'CSRF_TOKEN_MISSING', status: 403 });
      const other = await signIn();
      const swapped = await createGroup({ cookie: pair, 'x-csrf-token': other.csrfToken }, `swapped-${kind}`);
      expect(swapped.status).toBe(403);
      const right = await createGroup({ cookie: pair, 'x-csrf-token': csrfToken }, `right-${kind}`);
      expect(right.status).toBe(201);
    });

    it('does not take the cookie as a bearer token, nor the other way round', async () => {
      const { pair } = await signIn();
      const asBearer = await server.connection.send('/api/v1/session', {
        headers: { authorization: `Bearer ${pair.split('=')[1] ?? ''}` },
      });
      expect(asBearer.status).toBe(401);
      const token = await server.signIn('admin', server.administratorPassword);
      const asCookie = await server.connection.send('/api/v1/session', {
        headers: { cookie: `__Host-carrel=${token}` },
      });
      expect(asCookie.status).toBe(401);
    });
  });
});
