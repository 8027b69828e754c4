import { routes } from '@carrel/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  createDeviceKeys,
  createProof,
  type DeviceKeys,
  databaseKinds,
  enrolTestDevice,
  inventory,
  type ProofParts,
  startTestServer,
  type TestDevice,
  type TestServer,
} from '../testing/index.ts';

const sync = { userGrants: [], inventory, workspaces: [] };

describe.each(databaseKinds)('devices on %s', (kind) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer(kind);
  });
  afterAll(() => server[Symbol.asyncDispose]());
  beforeEach(() => server.clock.advance(61_000));

  describe('enrolment', () => {
    const enrol = (token: string, keys: DeviceKeys = createDeviceKeys()) =>
      server.connection.client().call(routes.enrolDevice, {
        body: { token, signingKey: keys.signingPublic, sealingKey: keys.sealingPublic, inventory },
      });
    const newToken = (body: object = {}) => server.administrator.call(routes.createEnrolmentToken, { body });

    it('takes a token as often as it says and until it expires', async () => {
      const admin = server.connection.as(await server.signIn('admin', server.administratorPassword));
      const twice = await admin.call(routes.createEnrolmentToken, {
        body: { maximumUses: 2, validForHours: 1 },
      });
      await enrol(twice.token);
      const answers = await Promise.allSettled([enrol(twice.token), enrol(twice.token)]);
      expect(answers.map((answer) => answer.status).toSorted()).toEqual(['fulfilled', 'rejected']);
      const late = await admin.call(routes.createEnrolmentToken, { body: { validForHours: 1 } });
      server.clock.advance(3_600_000);
      await expect(enrol(late.token)).rejects.toMatchObject({ code: 'ENROLMENT_TOKEN_INVALID' });
      await expect(enrol('guess')).rejects.toMatchObject({ code: 'ENROLMENT_TOKEN_INVALID' });
    });

    it('gives the same device to one that asks again because the answer was lost', async () => {
      server = await renewed(server);
      const keys = createDeviceKeys();
      const { token } = await newToken();
      const first = await enrol(token, keys);
      expect(await enrol(token, keys)).toMatchObject({ deviceId: first.deviceId });
      await expect(enrol(token)).rejects.toMatchObject({ code: 'ENROLMENT_TOKEN_INVALID' });
    });

    it('keeps the hash of a token only', async () => {
      server = await renewed(server);
      const { token } = await newToken({ note: 'second floor' });
      const rows = await server.services.database.queries.selectFrom('enrolmentTokens').selectAll().execute();
      expect(JSON.stringify(rows)).toContain('second floor');
      expect(JSON.stringify(rows)).not.toContain(token);
    });
  });

  describe('proof', () => {
    let device: TestDevice;
    beforeAll(async () => {
      server = await renewed(server);
      device = await enrolTestDevice(server);
    });
    const body = JSON.stringify(sync);
    const partsOf = (changes: Partial<ProofParts> = {}): ProofParts => ({
      deviceId: device.deviceId,
      signingKey: device.keys.signing,
      instanceId: server.services.instance.id,
      method: 'POST',
      path: '/api/v1/endpoint/sync',
      body,
      nowMs: server.clock.nowMs(),
      ...changes,
    });
    const post = (proof: string, content = body): Promise<Response> =>
      server.connection.send('/api/v1/endpoint/sync', {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${proof}` },
        body: content,
      });
    const codeOf = async (answer: Response): Promise<string> =>
      answer.ok ? 'ok' : ((await answer.json()) as { code: string }).code;

    it('lets the device in once', async () => {
      const proof = await createProof(partsOf());
      expect(await codeOf(await post(proof))).toBe('ok');
      expect(await codeOf(await post(proof))).toBe('DEVICE_PROOF_INVALID');
    });

    it('bears clocks that differ by up to a minute and says its own time beyond', async () => {
      const within = [-115_000, -55_000, 55_000];
      for (const offsetMs of within) {
        const proof = await createProof(partsOf({ nowMs: server.clock.nowMs() + offsetMs }));
        expect(await codeOf(await post(proof)), `${offsetMs} ms`).toBe('ok');
      }
      for (const offsetMs of [-125_000, 65_000]) {
        const answer = await post(await createProof(partsOf({ nowMs: server.clock.nowMs() + offsetMs })));
        expect(await codeOf(answer), `${offsetMs} ms`).toBe('DEVICE_PROOF_INVALID');
        expect(Date.parse(answer.headers.get('date') ?? '')).not.toBeNaN();
      }
    });

    it.each([
      ['another path', { path: '/api/v1/endpoint/events' }],
      ['another method', { method: 'GET' }],
      ['another body', { body: '{}' }],
      ['another instance', { instanceId: 'elsewhere' }],
      ['too long', { lifetimeSeconds: 61 }],
      ['another purpose', { type: 'JWT' }],
      ['a short id', { jti: 'x' }],
    ] as const)('is refused when it is for %s', async (_name, changes) => {
      expect(await codeOf(await post(await createProof(partsOf(changes))))).toBe('DEVICE_PROOF_INVALID');
    });

    it('is refused when another key signed it, or it was cut', async () => {
      const stranger = createDeviceKeys();
      const forged = await createProof(partsOf({ signingKey: stranger.signing }));
      expect(await codeOf(await post(forged))).toBe('DEVICE_PROOF_INVALID');
      const proof = await createProof(partsOf());
      expect(await codeOf(await post(proof.slice(0, -4)))).toBe('DEVICE_PROOF_INVALID');
      const [header, payload] = proof.split('.');
      expect(await codeOf(await post(`${header ?? ''}.${payload ?? ''}.`))).toBe('DEVICE_PROOF_INVALID');
      const unsigned = Buffer.from(
        JSON.stringify({ alg: 'none', typ: 'carrel-device+jwt', kid: device.deviceId }),
      ).toString('base64url');
      expect(await codeOf(await post(`${unsigned}.${payload ?? ''}.AA`))).toBe('DEVICE_PROOF_INVALID');
    });

    it('is refused for a device that is not enrolled', async () => {
      const proof = await createProof(partsOf({ deviceId: crypto.randomUUID() }));
      expect(await codeOf(await post(proof))).toBe('DEVICE_UNKNOWN');
    });
  });

  it('shows what a device reported, and whether it is in contact', async () => {
    server = await renewed(server);
    const device = await enrolTestDevice(server, 'desk-1');
    await device.client.call(routes.syncDevice, {
      body: { ...sync, inventory: { ...inventory, hostName: 'desk-renamed' } },
    });
    const read = () => server.administrator.call(routes.getDevice, { params: { deviceId: device.deviceId } });
    expect(await read()).toMatchObject({
      state: 'active',
      isOnline: true,
      inventory: { hostName: 'desk-renamed' },
    });
    for (let passed = 0; passed < 2; passed += 1) {
      server.clock.advance(15 * 60_000 + 1000);
      await server.administrator.call(routes.getSession, {});
    }
    expect(await read()).toMatchObject({ isOnline: false });
  });

  it('takes everything from a revoked device', async () => {
    server = await renewed(server);
    const device = await enrolTestDevice(server);
    await server.addUser('left-behind');
    await device.client.call(routes.signInAtDevice, {
      body: { userName: 'left-behind', password: 'a password for tests' },
    });
    const params = { deviceId: device.deviceId };
    expect(await server.administrator.call(routes.revokeDevice, { params })).toMatchObject({
      state: 'revoked',
    });
    await expect(device.client.call(routes.syncDevice, { body: sync })).rejects.toMatchObject({
      code: 'DEVICE_REVOKED',
    });
    const grants = await server.services.database.queries.selectFrom('deviceGrants').selectAll().execute();
    expect(grants).toEqual([]);
    const [entry] = (await server.administrator.call(routes.listAudit, { query: { limit: 1 } })).items;
    expect(entry).toMatchObject({
      action: 'syncDevice',
      outcome: 'denied',
      details: { code: 'DEVICE_REVOKED' },
    });
  });

  /** A fresh server: sessions of the one before have ended with the time that was let pass. */
  async function renewed(before: TestServer): Promise<TestServer> {
    await before[Symbol.asyncDispose]();
    return startTestServer(kind);
  }
});
