import { type CallOutput, routes } from '@carrel/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  addTestWorkspace,
  databaseKinds,
  enrolTestDevice,
  inventory,
  startTestServer,
  type TestDevice,
  type TestServer,
  testPassword,
} from '../../testing/index.ts';

type Finished = { id: string; outcome: 'done' | 'failed'; code?: string };

describe.each(databaseKinds)('what devices are told on %s', (kind) => {
  let server: TestServer;
  let device: TestDevice;
  let count = 0;
  beforeAll(async () => {
    server = await startTestServer(kind);
  });
  afterAll(() => server[Symbol.asyncDispose]());
  beforeEach(async () => {
    count += 1;
    device = await enrolTestDevice(server, `desk-${count}`);
  });

  const sync = (
    finishedActions: Finished[] = [],
    userGrants: string[] = [],
  ): Promise<CallOutput<typeof routes.syncDevice>> =>
    device.client.call(routes.syncDevice, {
      body: {
        userGrants,
        inventory: { ...inventory, hostName: `desk-${count}` },
        workspaces: [],
        finishedActions,
      },
    });
  const queue = (body: object) =>
    server.administrator.call(routes.queueDeviceAction, {
      params: { deviceId: device.deviceId },
      body: body as { kind: 'lock' },
    });
  const list = async () =>
    (
      await server.administrator.call(routes.listDeviceActions, {
        params: { deviceId: device.deviceId },
      })
    ).items;
  const read = () => server.administrator.call(routes.getDevice, { params: { deviceId: device.deviceId } });

  it('reaches them at the next contact, again until they tell how it went, and never after', async () => {
    const { workspace } = await addTestWorkspace(server, `told-${count}`);
    const lock = await queue({ kind: 'lock' });
    const reset = await queue({ kind: 'reset', workspaceId: workspace.id });
    expect(await read()).toMatchObject({ openActionCount: 2 });
    const told = [
      { id: lock.id, kind: 'lock', workspaceId: null, userId: null },
      { id: reset.id, kind: 'reset', workspaceId: workspace.id, userId: null },
    ];
    expect((await sync()).actions).toEqual(told);
    expect((await list()).map(({ state }) => state)).toEqual(['delivered', 'delivered']);
    expect((await sync()).actions).toEqual(told);
    const finished: Finished[] = [
      { id: lock.id, outcome: 'done' },
      { id: reset.id, outcome: 'failed', code: 'WORKSPACE_BUSY' },
    ];
    expect((await sync(finished)).actions).toEqual([]);
    expect((await sync(finished)).actions).toEqual([]);
    expect(await list()).toMatchObject([
      { kind: 'reset', state: 'failed', code: 'WORKSPACE_BUSY' },
      { kind: 'lock', state: 'done', code: null },
    ]);
    expect(await read()).toMatchObject({ openActionCount: 0 });
    const { items } = await server.administrator.call(routes.listAudit, {
      query: { action: 'finishDeviceAction', actor: `device:${device.deviceId}` },
    });
    expect(items.map(({ outcome }) => outcome)).toEqual(['failed', 'done']);
  });

  it('can be taken back until they have heard of it, and ends by itself', async () => {
    const params = (actionId: string) => ({ deviceId: device.deviceId, actionId });
    const cancel = (actionId: string) =>
      server.administrator.call(routes.cancelDeviceAction, { params: params(actionId) });
    const first = await queue({ kind: 'stop' });
    expect(await cancel(first.id)).toMatchObject({ state: 'cancelled' });
    await expect(cancel(first.id)).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
    const second = await queue({ kind: 'stop' });
    await expect(queue({ kind: 'stop' })).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
    await sync();
    await expect(cancel(second.id)).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
    const third = await queue({ kind: 'lock', validForHours: 1 });
    server.clock.advance(3_600_000);
    server.clock.advance(1000);
    const admin = server.connection.as(await server.signIn('admin', server.administratorPassword));
    const { items } = await admin.call(routes.listDeviceActions, {
      params: { deviceId: device.deviceId },
    });
    expect(items.find(({ id }) => id === third.id)).toMatchObject({ state: 'expired' });
    expect((await sync()).actions.map(({ id }) => id)).toEqual([second.id]);
    server = await renewed();
  });

  it('is not the business of another device', async () => {
    const action = await queue({ kind: 'lock' });
    await sync();
    const other = await enrolTestDevice(server, 'nosy');
    const answer = await other.client.call(routes.syncDevice, {
      body: {
        userGrants: [],
        inventory,
        workspaces: [],
        finishedActions: [{ id: action.id, outcome: 'done' }],
      },
    });
    expect(answer.actions).toEqual([]);
    expect(await list()).toMatchObject([{ state: 'delivered' }]);
  });

  it.each(['done', 'failed'] as const)(
    'a wipe comes alone, takes every lease at once, and ends the device when it is %s',
    async (outcome) => {
      const userName = `wiped-${count}`;
      const { user } = await server.addUser(userName);
      const { workspace } = await addTestWorkspace(server, userName);
      await server.administrator.call(routes.putAssignment, {
        params: { workspaceId: workspace.id },
        body: { principal: { kind: 'user', id: user.id } },
      });
      const { userGrant } = await device.client.call(routes.signInAtDevice, {
        body: { userName, password: testPassword },
      });
      expect((await sync([], [userGrant])).users).toMatchObject([{ outcome: 'granted' }]);
      await queue({ kind: 'lock' });
      const wipe = await queue({ kind: 'wipe' });
      const told = await sync([], [userGrant]);
      expect(told.actions.map(({ kind: told }) => told)).toEqual(['wipe']);
      expect(told.users).toMatchObject([{ outcome: 'refused', reason: 'revoked' }]);
      const last = await sync([{ id: wipe.id, outcome }], [userGrant]);
      expect(last).toMatchObject({ actions: [], users: [{ outcome: 'refused', reason: 'revoked' }] });
      expect(await read()).toMatchObject({ state: 'revoked', openActionCount: 0 });
      await expect(sync()).rejects.toMatchObject({ code: 'DEVICE_REVOKED' });
    },
  );

  it('writes a contact down in one statement, and nothing that is known already', async () => {
    await sync();
    const stored = await rowOf(device.deviceId);
    server.clock.advance(1000);
    await sync();
    const again = await rowOf(device.deviceId);
    expect(again).toEqual({ ...stored, lastContactAt: again.lastContactAt });
    expect(again.lastContactAt).toBeGreaterThan(stored.lastContactAt ?? 0);
    const free = { ...inventory, hostName: `desk-${count}`, storeFreeBytes: inventory.storeFreeBytes - 4096 };
    const body = { userGrants: [], inventory: free, workspaces: [] };
    await device.client.call(routes.syncDevice, { body });
    expect((await rowOf(device.deviceId)).inventoryJson).toBe(stored.inventoryJson);
    await device.client.call(routes.syncDevice, {
      body: { ...body, inventory: { ...free, hostName: 'desk-moved' } },
    });
    expect((await read()).inventory.hostName).toBe('desk-moved');
    const found = await server.administrator.call(routes.listDevices, { query: { search: 'DESK-MOVED' } });
    expect(found.items.map(({ id }) => id)).toEqual([device.deviceId]);
  });

  it('are found by what is noted of them, and forgotten when they are revoked', async () => {
    const params = { deviceId: device.deviceId };
    const body = { name: 'Front desk', notes: 'by the window', tags: ['floor 2', 'loaner'] };
    expect(await server.administrator.call(routes.changeDevice, { params, body })).toMatchObject(body);
    const find = async (query: object) =>
      (await server.administrator.call(routes.listDevices, { query })).items.map(({ id }) => id);
    for (const query of [
      { search: 'WINDOW' },
      { name: 'front DESK' },
      { name: `desk-${count}` },
      { tag: 'floor 2' },
      { search: 'window', isOnline: 'true', agentVersion: inventory.agentVersion, accelerator: 'tcg' },
    ]) {
      expect(await find(query), JSON.stringify(query)).toEqual([device.deviceId]);
    }
    for (const query of [{ tag: 'floor' }, { search: 'window', isOnline: 'false' }, { search: '%' }]) {
      expect(await find(query), JSON.stringify(query)).toEqual([]);
    }
    const forget = () => server.administrator.call(routes.forgetDevice, { params });
    await expect(forget()).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
    await server.administrator.call(routes.revokeDevice, { params });
    await forget();
    await expect(read()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  async function rowOf(deviceId: string) {
    return server.services.database.queries
      .selectFrom('devices')
      .selectAll()
      .where('id', '=', deviceId)
      .executeTakeFirstOrThrow();
  }

  /** A fresh server: sessions of the one before have ended with the time that was let pass. */
  async function renewed(): Promise<TestServer> {
    await server[Symbol.asyncDispose]();
    return startTestServer(kind);
  }
});
