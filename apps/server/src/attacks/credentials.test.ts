import { routes } from '@carrel/contract';
import { AppError } from '@carrel/kit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { triesAllowed } from '../session/sign-in-limiter.ts';
import {
  createDeviceKeys,
  createProof,
  databaseKinds,
  enrolTestDevice,
  inventory,
  startTestServer,
  type TestDevice,
  type TestServer,
  testPassword,
} from '../testing/index.ts';

/** Guesses of one password, one after the other on 32 connections. */
const attempts = 10_000;
const sync = { userGrants: [] as string[], inventory, workspaces: [] };

describe.each(databaseKinds)('credentials that are used again, copied or guessed on %s', (kind) => {
  let server: TestServer;
  let device: TestDevice;
  beforeAll(async () => {
    server = await startTestServer(kind);
    device = await enrolTestDevice(server, 'honest');
  });
  afterAll(() => server[Symbol.asyncDispose]());
  beforeEach(() => server.clock.advance(61_000));

  const codeOf = async (call: Promise<unknown>): Promise<string> =>
    call.then(
      () => 'answered',
      (error: unknown) => (error instanceof AppError ? error.code : String(error)),
    );
  const auditOf = async (query: object) =>
    (await server.administrator.call(routes.listAudit, { query: { limit: 1000, ...query } })).items;

  it('a request of a device, sent again as it was, is refused, and written down once', async () => {
    const body = JSON.stringify(sync);
    const path = '/api/v1/endpoint/sync';
    const proof = await createProof({
      deviceId: device.deviceId,
      signingKey: device.keys.signing,
      instanceId: server.services.instance.id,
      method: 'POST',
      path,
      body,
      nowMs: server.clock.nowMs(),
    });
    const post = (content: string) =>
      server.connection.send(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${proof}` },
        body: content,
      });
    expect((await post(body)).status).toBe(200);
    for (let again = 0; again < 5; again += 1) expect((await post(body)).status).toBe(401);
    const entries = await auditOf({ actor: `device:${device.deviceId}`, outcome: 'denied' });
    expect(entries).toMatchObject([{ action: 'syncDevice', details: { code: 'DEVICE_PROOF_INVALID' } }]);
  });

  it('a proof with another body is refused and written down', async () => {
    const path = '/api/v1/endpoint/rotate-keys';
    const proof = await createProof({
      deviceId: device.deviceId,
      signingKey: device.keys.signing,
      instanceId: server.services.instance.id,
      method: 'POST',
      path,
      body: '{}',
      nowMs: server.clock.nowMs(),
    });
    const thief = createDeviceKeys();
    const answer = await server.connection.send(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${proof}` },
      body: JSON.stringify({ signingKey: thief.signingPublic, sealingKey: thief.sealingPublic }),
    });
    expect(answer.status).toBe(401);
    const [entry] = await auditOf({ action: 'rotateDeviceKeys' });
    expect(entry).toMatchObject({ actor: `device:${device.deviceId}`, outcome: 'denied' });
  });

  it('the grant of somebody at one device gives nothing at another', async () => {
    await server.addUser('grantee');
    const { userGrant } = await device.client.call(routes.signInAtDevice, {
      body: { userName: 'grantee', password: testPassword },
    });
    const other = await enrolTestDevice(server, 'copied-to');
    const answer = await other.client.call(routes.syncDevice, {
      body: { ...sync, userGrants: [userGrant] },
    });
    expect(answer.users).toMatchObject([{ outcome: 'refused', reason: 'signed-out' }]);
  });

  it('sign-ins at one device are held back, and leave the other devices behind the same address alone', async () => {
    const other = await enrolTestDevice(server, 'neighbour');
    const guess = (number: number) =>
      device.client.call(routes.signInAtDevice, {
        body: { userName: `nobody-${number}`, password: 'a guess' },
      });
    for (let number = 0; number < triesAllowed; number += 1) {
      expect(await codeOf(guess(number))).toBe('SIGN_IN_FAILED');
    }
    expect(await codeOf(guess(triesAllowed))).toBe('REQUEST_LIMITED');
    await server.addUser('neighbour');
    const body = { userName: 'neighbour', password: testPassword };
    expect(await codeOf(other.client.call(routes.signInAtDevice, { body }))).toBe('answered');
    const entries = await auditOf({ action: 'signIn', outcome: 'denied' });
    expect(entries.map(({ details }) => details['address'])).toContain(`device ${device.deviceId}`);
  });

  it('a revoked device is refused with everything it has, its repository token included', async () => {
    const lost = await enrolTestDevice(server, 'lost');
    const { repositoryToken } = await lost.client.call(routes.syncDevice, { body: sync });
    const pull = () =>
      server.connection.send('/v2/', { headers: { authorization: `Bearer ${repositoryToken}` } });
    expect((await pull()).status).toBe(200);
    await server.administrator.call(routes.revokeDevice, { params: { deviceId: lost.deviceId } });
    // The repository remembers for some seconds who it let in.
    server.clock.advance(30_000);
    expect((await pull()).status).toBe(401);
    const keys = createDeviceKeys();
    const calls = [
      () => lost.client.call(routes.syncDevice, { body: sync }),
      () =>
        lost.client.call(routes.signInAtDevice, { body: { userName: 'grantee', password: testPassword } }),
      () =>
        lost.client.call(routes.rotateDeviceKeys, {
          body: { signingKey: keys.signingPublic, sealingKey: keys.sealingPublic },
        }),
    ];
    for (const call of calls) expect(await codeOf(call())).toBe('DEVICE_REVOKED');
    const entries = await auditOf({ outcome: 'denied', actor: 'anonymous' });
    const refused = entries.filter(({ details }) => details['code'] === 'DEVICE_REVOKED');
    expect(refused.map(({ action }) => action).toSorted()).toEqual([
      'rotateDeviceKeys',
      'signInAtDevice',
      'syncDevice',
    ]);
  });

  it('an enrolment token enrols nothing after it was revoked, used up or is guessed, and that is written down', async () => {
    const enrol = (token: string) => {
      const keys = createDeviceKeys();
      const body = { signingKey: keys.signingPublic, sealingKey: keys.sealingPublic, inventory };
      return server.connection.client().call(routes.enrolDevice, { body: { token, ...body } });
    };
    const used = await server.administrator.call(routes.createEnrolmentToken, { body: {} });
    await enrol(used.token);
    const revoked = await server.administrator.call(routes.createEnrolmentToken, { body: { note: 'out' } });
    const { items } = await server.administrator.call(routes.listEnrolmentTokens, {});
    const enrolmentTokenId = items.find(({ note }) => note === 'out')?.id ?? '';
    await server.administrator.call(routes.revokeEnrolmentToken, { params: { enrolmentTokenId } });
    for (const token of [used.token, revoked.token, 'guess', '%']) {
      expect(await codeOf(enrol(token))).toBe('ENROLMENT_TOKEN_INVALID');
    }
    const refused = await auditOf({ action: 'enrolDevice', outcome: 'denied' });
    expect(refused).toHaveLength(4);
    expect(JSON.stringify(refused)).not.toContain(revoked.token);
  });

  it('an API token does nothing after it was revoked, and that is written down', async () => {
    const made = await server.administrator.call(routes.createToken, {
      body: { name: 'script', permissions: ['devices.view'] },
    });
    const client = server.connection.as(made.token);
    expect((await client.call(routes.listDevices, {})).items.length).toBeGreaterThan(0);
    expect(await codeOf(client.call(routes.createEnrolmentToken, { body: {} }))).toBe('PERMISSION_DENIED');
    await server.administrator.call(routes.revokeToken, { params: { tokenId: made.id } });
    expect(await codeOf(client.call(routes.listDevices, {}))).toBe('TOKEN_REVOKED');
    expect(await auditOf({ outcome: 'denied', action: 'useToken' })).toMatchObject([
      { actor: 'admin', target: 'script', details: { state: 'revoked' } },
    ]);
  });

  it('10,000 passwords tried over many connections cost a few hashes, and few lines in the log', async () => {
    await server.addUser('victim');
    const before = (await auditOf({ actor: 'victim' })).length;
    const outcomes = new Map<string, number>();
    let tried = 0;
    const guess = async (): Promise<void> => {
      while (tried < attempts) {
        tried += 1;
        const outcome = await codeOf(server.signIn('victim', `guess number ${tried}`));
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: 32 }, guess));
    const { REQUEST_LIMITED: limited = 0, SIGN_IN_FAILED: judged = 0 } = Object.fromEntries(outcomes);
    expect(limited + judged).toBe(attempts);
    expect(judged).toBeLessThanOrEqual(30);
    const lines = (await auditOf({ actor: 'victim' })).length - before;
    expect(lines).toBeGreaterThan(0);
    expect(lines).toBeLessThan(40);
  });

  it.each([
    '*',
    'admin)(uid=*',
    '*)(|(objectClass=*',
    'admin\u0000',
    'admin*',
    "admin' or '1'='1",
    'ａｄｍｉｎ ',
  ])('the name %j signs nobody in', async (userName) => {
    const code = await codeOf(server.signIn(userName, 'whatever it takes'));
    expect(['SIGN_IN_FAILED', 'REQUEST_INVALID']).toContain(code);
  });
});
