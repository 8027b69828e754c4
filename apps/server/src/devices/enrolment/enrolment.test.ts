import { routes } from '@carrel/contract';
import type { DeviceId } from '@carrel/kit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  createDeviceKeys,
  databaseKinds,
  deviceWith,
  inventory,
  startTestServer,
  type TestServer,
  testPassword,
} from '../../testing/index.ts';

describe.each(databaseKinds)('enrolment on %s', (kind) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer(kind);
    await server.addUser('owner');
  });
  afterAll(() => server[Symbol.asyncDispose]());
  beforeEach(() => server.clock.advance(61_000));

  type SettingName = 'enrolment.mode' | 'enrolment.isApprovalRequired' | 'enrolment.devicesPerUser';
  const set = (settingName: SettingName, value: string | number | boolean) =>
    server.administrator.call(routes.setSetting, { params: { settingName }, body: { value } });
  const enrolBySignIn = (password = testPassword, keys = createDeviceKeys()) =>
    server.connection.client().call(routes.enrolDeviceBySignIn, {
      body: {
        userName: 'owner',
        password,
        signingKey: keys.signingPublic,
        sealingKey: keys.sealingPublic,
        inventory,
      },
    });
  const sync = { userGrants: [], inventory, workspaces: [] };

  it('by signing in is off until the settings allow it, and tries no password before', async () => {
    await expect(enrolBySignIn('wrong')).rejects.toMatchObject({ code: 'ENROLMENT_REFUSED' });
    await set('enrolment.mode', 'token-or-user');
    await expect(enrolBySignIn('wrong')).rejects.toMatchObject({ code: 'SIGN_IN_FAILED' });
    const { deviceId, state } = await enrolBySignIn();
    expect(state).toBe('active');
    const device = await server.administrator.call(routes.getDevice, { params: { deviceId } });
    expect(device).toMatchObject({ enrolledBy: 'owner', state: 'active' });
    const { items } = await server.administrator.call(routes.listAudit, {
      query: { action: 'enrolDeviceBySignIn' },
    });
    expect(items.map(({ outcome }) => outcome)).toEqual(['done', 'denied', 'denied']);
  });

  it('by signing in ends at the limit of devices, also when they come at once', async () => {
    await set('enrolment.devicesPerUser', 2);
    const answers = await Promise.allSettled([enrolBySignIn(), enrolBySignIn(), enrolBySignIn()]);
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const [first] = (await server.administrator.call(routes.listDevices, {})).items;
    await server.administrator.call(routes.revokeDevice, { params: { deviceId: first?.id ?? '' } });
    await enrolBySignIn();
  });

  it('by signing in twice with the same keys is the same device', async () => {
    await set('enrolment.devicesPerUser', 100);
    const keys = createDeviceKeys();
    const first = await enrolBySignIn(testPassword, keys);
    expect((await enrolBySignIn(testPassword, keys)).deviceId).toBe(first.deviceId);
  });

  it('waits for approval where the settings ask for it', async () => {
    await set('enrolment.isApprovalRequired', true);
    const keys = createDeviceKeys();
    const enrolled = await enrolBySignIn(testPassword, keys);
    expect(enrolled.state).toBe('pending');
    const device = deviceWith(server, enrolled.deviceId, keys);
    const call = () => device.client.call(routes.syncDevice, { body: sync });
    await expect(call()).rejects.toMatchObject({ code: 'DEVICE_PENDING', retryable: true });
    const { items } = await server.administrator.call(routes.listDevices, { query: { state: 'pending' } });
    expect(items.map(({ id }) => id)).toEqual([enrolled.deviceId]);
    const params = { deviceId: enrolled.deviceId };
    const action = server.administrator.call(routes.queueDeviceAction, { params, body: { kind: 'lock' } });
    await expect(action).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
    expect(await server.administrator.call(routes.approveDevice, { params })).toMatchObject({
      state: 'active',
    });
    await call();
    await server.administrator.call(routes.revokeDevice, { params });
    await expect(server.administrator.call(routes.approveDevice, { params })).rejects.toMatchObject({
      code: 'STATE_CONFLICT',
    });
    await set('enrolment.isApprovalRequired', false);
  });

  it('tokens are listed without themselves and can be made useless', async () => {
    const made = await server.administrator.call(routes.createEnrolmentToken, {
      body: { note: 'third floor', maximumUses: 3 },
    });
    const list = async () => (await server.administrator.call(routes.listEnrolmentTokens, {})).items;
    const [listed] = await list();
    expect(listed).toMatchObject({ note: 'third floor', uses: 0, maximumUses: 3, state: 'usable' });
    expect(JSON.stringify(await list())).not.toContain(made.token);
    const params = { enrolmentTokenId: listed?.id ?? '' };
    await server.administrator.call(routes.revokeEnrolmentToken, { params });
    expect(await list()).toEqual([]);
    const keys = createDeviceKeys();
    const enrolment = server.connection.client().call(routes.enrolDevice, {
      body: {
        token: made.token,
        signingKey: keys.signingPublic,
        sealingKey: keys.sealingPublic,
        inventory,
      },
    });
    await expect(enrolment).rejects.toMatchObject({ code: 'ENROLMENT_TOKEN_INVALID' });
  });

  it('keys are replaced at the first call the new one has signed, and the old one opens nothing after', async () => {
    const keys = createDeviceKeys();
    const { deviceId } = await enrolBySignIn(testPassword, keys);
    const next = createDeviceKeys();
    const before = deviceWith(server, deviceId, keys);
    const after = deviceWith(server, deviceId, next);
    const replace = (by: ReturnType<typeof deviceWith>, by2 = next) =>
      by.client.call(routes.rotateDeviceKeys, {
        body: { signingKey: by2.signingPublic, sealingKey: by2.sealingPublic },
      });
    await expect(after.client.call(routes.syncDevice, { body: sync })).rejects.toMatchObject({
      code: 'DEVICE_PROOF_INVALID',
    });
    await replace(before);
    // The answer was lost: the old key still counts, and asking again does no harm.
    await before.client.call(routes.syncDevice, { body: sync });
    await replace(before);
    await after.client.call(routes.syncDevice, { body: sync });
    await expect(before.client.call(routes.syncDevice, { body: sync })).rejects.toMatchObject({
      code: 'DEVICE_PROOF_INVALID',
    });
    await replace(after);
    await after.client.call(routes.syncDevice, { body: sync });
    const row = await server.services.database.queries
      .selectFrom('devices')
      .select(['signingKey', 'sealingKey', 'nextSigningKey'])
      .where('id', '=', deviceId)
      .executeTakeFirstOrThrow();
    expect(row).toEqual({
      signingKey: next.signingPublic.x,
      sealingKey: next.sealingPublic.x,
      nextSigningKey: null,
    });
  });

  it('takes no key that another device has, or is to have', async () => {
    const [one, two, next] = [createDeviceKeys(), createDeviceKeys(), createDeviceKeys()];
    const enrolled: DeviceId[] = [];
    for (const keys of [one, two]) enrolled.push((await enrolBySignIn(testPassword, keys)).deviceId);
    const [first, second] = enrolled;
    if (first === undefined || second === undefined) throw new Error('not enrolled');
    const ask = (deviceId: DeviceId, keys: typeof one, wanted: typeof one) =>
      deviceWith(server, deviceId, keys).client.call(routes.rotateDeviceKeys, {
        body: { signingKey: wanted.signingPublic, sealingKey: wanted.sealingPublic },
      });
    await expect(ask(first, one, two)).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
    await ask(first, one, next);
    await expect(ask(second, two, next)).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
  });
});
