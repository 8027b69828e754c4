import { routes } from '@carrel/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { databaseKinds, startTestServer, type TestServer, testPassword } from '../testing/index.ts';
import { createSessionStore } from './session-store.ts';

describe.each(databaseKinds)('own sessions on %s', (kind) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer(kind);
  });
  afterAll(() => server[Symbol.asyncDispose]());
  beforeEach(() => {
    // A new window for the limit on sign-ins of this address.
    server.clock.advance(61_000);
  });

  it('lists the own sessions, and ends one of them', async () => {
    const name = `traveller-${kind}`;
    const { client } = await server.addUser(name);
    const other = server.connection.as(await server.signIn(name, testPassword));
    const { items } = await client.call(routes.listSessions, {});
    expect(items).toHaveLength(2);
    expect(items.filter((item) => item.isCurrent)).toHaveLength(1);
    expect(items[0]).toMatchObject({ transport: 'bearer', provider: null, address: '127.0.0.1' });
    const elsewhere = items.find((item) => !item.isCurrent);
    const params = { sessionId: elsewhere?.id ?? '' };
    const { client: stranger } = await server.addUser(`stranger-${kind}`);
    await expect(stranger.call(routes.endSession, { params })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const audit = await server.administrator.call(routes.listAudit, { query: { limit: 1 } });
    expect(audit.items).toMatchObject([
      { actor: `stranger-${kind}`, action: 'endSession', outcome: 'denied', target: params.sessionId },
    ]);
    await client.call(routes.endSession, { params });
    await expect(other.call(routes.getSession, {})).rejects.toMatchObject({ code: 'SIGN_IN_REQUIRED' });
    await client.call(routes.getSession, {});
  });

  it('ends everywhere when an administrator says so, who may not say so about their betters', async () => {
    const name = `lost-laptop-${kind}`;
    const { user, client } = await server.addUser(name);
    expect(await server.administrator.call(routes.endUserSessions, { params: { userId: user.id } })).toEqual({
      ended: 1,
    });
    await expect(client.call(routes.getSession, {})).rejects.toMatchObject({ code: 'SIGN_IN_REQUIRED' });
    const { user: self } = await server.administrator.call(routes.getSession, {});
    const role = { name: `people-${kind}`, permissions: ['users.manage' as const, 'users.view' as const] };
    const { id: roleId } = await server.administrator.call(routes.createRole, { body: role });
    const { user: clerk } = await server.addUser(`clerk-${kind}`);
    const principal = { kind: 'user' as const, id: clerk.id };
    await server.administrator.call(routes.putRoleGrant, { body: { principal, roleId } });
    const asClerk = server.connection.as(await server.signIn(`clerk-${kind}`, testPassword));
    await expect(asClerk.call(routes.endUserSessions, { params: { userId: self.id } })).rejects.toMatchObject(
      { code: 'PERMISSION_EXCEEDED' },
    );
  });

  it('ends when the roles of the person change', async () => {
    const { user, client } = await server.addUser(`promoted-${kind}`);
    const principal = { kind: 'user' as const, id: user.id };
    await server.administrator.call(routes.putRoleGrant, { body: { principal, roleId: 'auditor' } });
    await expect(client.call(routes.getSession, {})).rejects.toMatchObject({ code: 'SIGN_IN_REQUIRED' });
  });

  it('ends for a page that only listens, as for one that nobody uses', async () => {
    const { database, clock, randomBytes } = server.services;
    const sessions = createSessionStore(database, clock, randomBytes);
    const { client } = await server.addUser(`listener-${kind}`);
    const { user } = await client.call(routes.getSession, {});
    const session = { userId: user.id, transport: 'cookie' as const, address: '::1', userAgent: '' };
    const { token } = await sessions.create(database.queries, session);
    server.clock.advance(20 * 60_000);
    expect(await sessions.find(token, 'cookie', false)).toBeDefined();
    await server.administrator.call(routes.getSession, {});
    server.clock.advance(11 * 60_000);
    expect(await sessions.find(token, 'cookie', false)).toBeUndefined();
  });

  it('lasts as long as the settings say, also those that are open', async () => {
    const { client } = await server.addUser(`patient-${kind}`);
    const set = (settingName: 'sessions.idleMinutes' | 'sessions.absoluteMinutes', value: number) =>
      server.administrator.call(routes.setSetting, { params: { settingName }, body: { value } });
    await set('sessions.idleMinutes', 120);
    server.clock.advance(110 * 60_000);
    await client.call(routes.getSession, {});
    await server.administrator.call(routes.getSession, {});
    await set('sessions.absoluteMinutes', 60);
    await expect(client.call(routes.getSession, {})).rejects.toMatchObject({ code: 'SIGN_IN_REQUIRED' });
    const again = server.connection.as(await server.signIn('admin', server.administratorPassword));
    for (const settingName of ['sessions.idleMinutes', 'sessions.absoluteMinutes'] as const) {
      await again.call(routes.resetSetting, { params: { settingName } });
    }
  });
});
