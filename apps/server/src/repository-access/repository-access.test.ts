import { routes } from '@carrel/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiTokenStore } from '../api-tokens/index.ts';
import { createSessionStore, createSignInLimiter } from '../session/index.ts';
import {
  databaseKinds,
  enrolTestDevice,
  inventory,
  startTestServer,
  type TestServer,
  testPassword,
} from '../testing/index.ts';
import { createBuiltInDirectory, createPasswordCheck } from '../users/index.ts';
import { createRepositoryCredentials, type VerifyRepositoryCredentials } from './index.ts';

describe.each(databaseKinds)('access to the repository on %s', (kind) => {
  let server: TestServer;
  let verify: VerifyRepositoryCredentials;
  beforeAll(async () => {
    server = await startTestServer(kind);
    const { database, clock, randomBytes } = server.services;
    verify = createRepositoryCredentials(server.services, {
      directory: createBuiltInDirectory(database, createPasswordCheck(database, clock)),
      sessions: createSessionStore(database, clock, randomBytes),
      tokens: createApiTokenStore(database, clock),
      limiter: createSignInLimiter({ clock }),
    });
  });
  afterAll(() => server[Symbol.asyncDispose]());
  const basic = (userName: string, password: string): string =>
    `Basic ${Buffer.from(`${userName}:${password}`).toString('base64')}`;

  it('lets those pull who may see images, and those push who may publish them', async () => {
    await server.addUser('engineer', ['image-engineer']);
    await server.addUser('reader', ['read-only']);
    await server.addUser('guest');
    const of = (name: string) => verify(basic(name, testPassword), '::1');
    expect(await of('engineer')).toEqual({ subject: 'engineer', canPush: true });
    expect(await of('reader')).toEqual({ subject: 'reader', canPush: false });
    expect(await of('guest')).toBeUndefined();
    expect(await verify(basic('engineer', 'wrong'), '::1')).toBeUndefined();
    const token = await server.signIn('engineer', testPassword);
    expect(await verify(`Bearer ${token}`, '::1')).toEqual({ subject: 'engineer', canPush: true });
    for (const header of [undefined, '', 'Bearer x', 'Basic !!', basic('', ''), 'Digest y']) {
      expect(await verify(header, '::1')).toBeUndefined();
    }
  });

  it('forgets a remembered password when the user is disabled or it is changed', async () => {
    const { user } = await server.addUser('pusher', ['image-engineer']);
    const header = basic('pusher', testPassword);
    expect(await verify(header, '::1')).toBeDefined();
    const change = (body: object) =>
      server.administrator.call(routes.changeUser, { params: { userId: user.id }, body });
    await change({ password: 'another password' });
    expect(await verify(header, '::1')).toBeUndefined();
    await change({ password: testPassword });
    expect(await verify(header, '::1')).toBeDefined();
    await change({ isDisabled: true });
    expect(await verify(header, '::1')).toBeUndefined();
  });

  it('lets a device pull with the token of its sync, until it expires or the device is revoked', async () => {
    const device = await enrolTestDevice(server);
    const { repositoryToken } = await device.client.call(routes.syncDevice, {
      body: { userGrants: [], inventory, workspaces: [] },
    });
    const access = { subject: `device:${device.deviceId}`, canPush: false };
    expect(await verify(`Bearer ${repositoryToken}`, '::1')).toEqual(access);
    const [header, payload, signature] = repositoryToken.split('.');
    const altered = `${header ?? ''}.${payload ?? ''}.${(signature ?? '').replace(/^./, (first) => (first === 'A' ? 'B' : 'A'))}`;
    expect(await verify(`Bearer ${altered}`, '::1')).toBeUndefined();
    const params = { deviceId: device.deviceId };
    await server.administrator.call(routes.revokeDevice, { params });
    expect(await verify(`Bearer ${repositoryToken}`, '::1')).toBeUndefined();
    const other = await enrolTestDevice(server);
    const { repositoryToken: late } = await other.client.call(routes.syncDevice, {
      body: { userGrants: [], inventory, workspaces: [] },
    });
    server.clock.advance(2 * 3_600_000 + 1000);
    expect(await verify(`Bearer ${late}`, '::1')).toBeUndefined();
  });

  it("does not take a device's token for a session", async () => {
    const device = await enrolTestDevice(await fresh());
    const { repositoryToken } = await device.client.call(routes.syncDevice, {
      body: { userGrants: [], inventory, workspaces: [] },
    });
    const answer = await server.connection.send('/api/v1/session', {
      headers: { authorization: `Bearer ${repositoryToken}` },
    });
    expect(answer.status).toBe(401);
  });

  /** A new server: time was let pass on the one before. */
  async function fresh(): Promise<TestServer> {
    await server[Symbol.asyncDispose]();
    server = await startTestServer(kind);
    return server;
  }
});
