import { routes } from '@carrel/contract';
import { openSealedKeys, verifyLease } from '@carrel/policy';
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
} from '../testing/index.ts';

describe.each(databaseKinds)('leases on %s', (kind) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer(kind);
  });
  afterAll(() => server[Symbol.asyncDispose]());
  let count = 0;
  beforeEach(() => {
    count += 1;
  });

  const signInAt = async (device: TestDevice, userName: string): Promise<string> => {
    const body = { userName, password: testPassword };
    return (await device.client.call(routes.signInAtDevice, { body })).userGrant;
  };
  const sync = (device: TestDevice, userGrants: string[]) =>
    device.client.call(routes.syncDevice, { body: { userGrants, inventory, workspaces: [] } });
  const assign = (
    workspaceId: string,
    principal: { kind: 'user' | 'group'; id: string },
    more: object = {},
  ) =>
    server.administrator.call(routes.putAssignment, {
      params: { workspaceId },
      body: { principal, ...more },
    });
  const open = async (device: TestDevice, token: string) => {
    const { instance } = server.services;
    const keys = instance.leaseKeys.published;
    const lease = await verifyLease(token, { keys, issuer: instance.id, deviceId: device.deviceId });
    return { lease, keys: await openSealedKeys(lease.sealedKeys, device.keys.sealing) };
  };
  const leasesOf = async (device: TestDevice, grant: string): Promise<string[]> => {
    const [answer] = (await sync(device, [grant])).users;
    return answer?.outcome === 'granted' ? answer.leases : [`refused: ${answer?.code ?? 'nothing'}`];
  };
  async function scene() {
    const name = `scene-${count}`;
    const { user } = await server.addUser(name);
    const device = await enrolTestDevice(server, name);
    const { workspace, image } = await addTestWorkspace(server, name);
    return { user, device, workspace, image, grant: await signInAt(device, name) };
  }

  it('gives a device what it needs to run a granted workspace, keys included', async () => {
    const { user, device, workspace, image, grant } = await scene();
    await assign(workspace.id, { kind: 'user', id: user.id }, { settings: { offlineLimitHours: 8 } });
    const answer = await sync(device, [grant]);
    expect(answer.intervals).toEqual({ policySeconds: 900, imageSeconds: 14_400, eventSeconds: 60 });
    const [first] = answer.users;
    if (first?.outcome !== 'granted') throw new Error('refused');
    const { lease, keys } = await open(device, first.leases[0] ?? '');
    expect(lease).toMatchObject({
      userId: user.id,
      workspaceId: workspace.id,
      workspaceRevision: 1,
      validUntil: null,
      offlineLimitSeconds: 8 * 3600,
      image: { version: 1, reference: `server:${workspace.name}:v1`, machine: { hasGuestAgent: true } },
    });
    expect(keys.repositoryKey).toBe(image.repositoryKey);
    const [again] = await leasesOf(device, grant);
    const renewed = await open(device, again ?? '');
    expect(renewed.keys.diskKey).toBe(keys.diskKey);
    expect(renewed.lease.leaseId).toBe(lease.leaseId);
  });

  it('gives every device and user another disk key', async () => {
    const { user, device, workspace, grant } = await scene();
    await assign(workspace.id, { kind: 'user', id: user.id });
    const other = await enrolTestDevice(server);
    const otherGrant = await signInAt(other, user.userName);
    const [one] = await leasesOf(device, grant);
    const [two] = await leasesOf(other, otherGrant);
    const keys = [await open(device, one ?? ''), await open(other, two ?? '')].map(
      (opened) => opened.keys.diskKey,
    );
    expect(new Set(keys).size).toBe(2);
    await expect(open(other, one ?? '')).rejects.toMatchObject({ code: 'LEASE_OTHER_DEVICE' });
  });

  it('counts groups around groups, and a denial anywhere beats every grant', async () => {
    const { user, device, workspace, grant } = await scene();
    const create = (name: string) => server.administrator.call(routes.createGroup, { body: { name } });
    const [outer, inner] = [await create(`outer-${count}`), await create(`inner-${count}`)];
    const put = (groupId: string, userIds: string[], groupIds: string[]) =>
      server.administrator.call(routes.setGroupMembers, { params: { groupId }, body: { userIds, groupIds } });
    await put(inner.id, [user.id], []);
    await put(outer.id, [], [inner.id]);
    await assign(workspace.id, { kind: 'group', id: outer.id });
    expect(await leasesOf(device, grant)).toHaveLength(1);
    await assign(workspace.id, { kind: 'group', id: inner.id }, { effect: 'deny' });
    await assign(workspace.id, { kind: 'user', id: user.id });
    expect(await leasesOf(device, grant)).toEqual([]);
    const rows = await server.services.database.queries
      .selectFrom('leases')
      .select('id')
      .where('deviceId', '=', device.deviceId)
      .execute();
    expect(rows).toEqual([]);
  });

  it('gives nothing past the last day, for a draft, or for a channel that points nowhere', async () => {
    const { user, device, workspace, grant } = await scene();
    const { queries } = server.services.database;
    const principal = { kind: 'user' as const, id: user.id };
    await assign(workspace.id, principal, { settings: { expiresOn: '2020-02-29' } });
    expect(await leasesOf(device, grant)).toEqual([]);
    await assign(workspace.id, principal);
    expect(await leasesOf(device, grant)).toHaveLength(1);
    await queries
      .updateTable('imageVersions')
      .set({ state: 'draft' })
      .where('imageId', '=', workspace.imageId)
      .execute();
    expect(await leasesOf(device, grant)).toEqual([]);
    await queries.deleteFrom('channels').where('imageId', '=', workspace.imageId).execute();
    expect(await leasesOf(device, grant)).toEqual([]);
  });

  it('refuses grants of other devices, of nobody, and of people who were disabled, in the order sent', async () => {
    const { user, device, workspace, grant } = await scene();
    await assign(workspace.id, { kind: 'user', id: user.id });
    const thief = await enrolTestDevice(server);
    expect(await leasesOf(thief, grant)).toEqual(['refused: LEASE_WITHDRAWN']);
    const answers = (await sync(device, ['no grant', grant])).users.map((answer) => answer.outcome);
    expect(answers).toEqual(['refused', 'granted']);
    await server.administrator.call(routes.changeUser, {
      params: { userId: user.id },
      body: { isDisabled: true },
    });
    expect(await leasesOf(device, grant)).toEqual(['refused: LEASE_WITHDRAWN']);
    await expect(signInAt(device, user.userName)).rejects.toMatchObject({ code: 'SIGN_IN_FAILED' });
  });
});
