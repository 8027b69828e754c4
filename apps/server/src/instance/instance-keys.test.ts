import { type InstanceKeys, routes } from '@carrel/contract';
import { createRepositoryKey, formatRepositoryKey } from '@carrel/imaging';
import { verifyLease } from '@carrel/policy';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keepRepositoryKey } from '../repository-keys/index.ts';
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
import { retireLeaseKeys } from './lease-keys.ts';

const dayMs = 86_400_000;

describe.each(databaseKinds)('keys of an instance on %s', (kind) => {
  let server: TestServer;
  let device: TestDevice;
  let userGrant: string;
  beforeAll(async () => {
    server = await startTestServer(kind);
    const { workspace } = await addTestWorkspace(server, 'desktop');
    const { user } = await server.addUser('ada');
    const principal = { kind: 'user' as const, id: user.id };
    const params = { workspaceId: workspace.id };
    await server.administrator.call(routes.putAssignment, { params, body: { principal } });
    device = await enrolTestDevice(server);
    const body = { userName: 'ada', password: testPassword };
    ({ userGrant } = await device.client.call(routes.signInAtDevice, { body }));
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const sync = async () => {
    const body = { userGrants: [userGrant], inventory, workspaces: [] };
    const { users, leaseKeys, repositoryToken } = await device.client.call(routes.syncDevice, { body });
    const [user] = users;
    const lease = user?.outcome === 'granted' ? user.leases[0] : undefined;
    if (lease === undefined) throw new Error('there is no lease');
    return { lease, keys: leaseKeys.keys, repositoryToken };
  };
  const verify = (lease: string, keys: Awaited<ReturnType<typeof sync>>['keys']) =>
    verifyLease(lease, { keys, issuer: server.services.instance.id, deviceId: device.deviceId });
  const rotate = (isEarlierRefused: boolean): Promise<InstanceKeys> =>
    server.administrator.call(routes.rotateLeaseKey, { body: { isEarlierRefused } });

  it('sign leases anew after a rotation, and those of before still verify', async () => {
    const before = await sync();
    server.clock.advance(1000);
    const shown = await rotate(false);
    expect(shown.leaseKeys.map(({ isSigning }) => isSigning)).toEqual([true, false]);
    const after = await sync();
    expect(after.keys.map(({ kid }) => kid)).toEqual(shown.leaseKeys.map(({ kid }) => kid));
    await expect(verify(after.lease, before.keys)).rejects.toMatchObject({ code: 'LEASE_SIGNATURE_INVALID' });
    expect((await verify(after.lease, after.keys)).workspaceName).toBe('desktop');
    expect((await verify(before.lease, after.keys)).workspaceName).toBe('desktop');
  });

  it('that were replaced cannot sign any more, even with the database and the master key in hand', async () => {
    const rows = await server.services.database.queries.selectFrom('leaseKeys').selectAll().execute();
    expect(rows.filter(({ wrappedKey }) => wrappedKey !== '')).toHaveLength(1);
  });

  it('that became known are refused by whoever made contact', async () => {
    const before = await sync();
    server.clock.advance(1000);
    expect((await rotate(true)).leaseKeys).toHaveLength(1);
    const after = await sync();
    await expect(verify(before.lease, after.keys)).rejects.toMatchObject({ code: 'LEASE_SIGNATURE_INVALID' });
    expect((await verify(after.lease, after.keys)).workspaceName).toBe('desktop');
  });

  it('to pack with are new after a rotation, and the old ones are still handed out', async () => {
    const { database, instance } = server.services;
    const old = createRepositoryKey();
    await keepRepositoryKey(
      database.queries,
      instance.masterKey,
      { keyId: old.keyId, key: formatRepositoryKey(old) },
      server.clock.nowMs(),
    );
    expect((await server.administrator.call(routes.getPackingKey, {})).current).toBeNull();
    server.clock.advance(1000);
    const { repositoryKeys } = await server.administrator.call(routes.rotateRepositoryKey, { body: {} });
    expect(repositoryKeys.map(({ isReplaced }) => isReplaced)).toEqual([false, true, true]);
    expect(repositoryKeys.map(({ versionCount }) => versionCount).toSorted()).toEqual([0, 0, 1]);
    const packing = await server.administrator.call(routes.getPackingKey, {});
    expect(packing.current?.keyId).toBe(repositoryKeys[0]?.keyId);
    expect(packing.replaced).toContain(old.keyId);
    const read = await server.administrator.call(routes.getRepositoryKey, { params: { keyId: old.keyId } });
    expect(read.key).toBe(formatRepositoryKey(old));
  });

  it('that were replaced are published until no lease needs them', async () => {
    const { queries } = server.services.database;
    await sync();
    server.clock.advance(1000);
    await rotate(false);
    server.clock.advance(2 * dayMs);
    expect(await retireLeaseKeys(queries, server.clock.nowMs())).toBe(0);
    await sync();
    expect(await retireLeaseKeys(queries, server.clock.nowMs())).toBe(1);
    await server.services.instance.leaseKeys.reload(queries);
    expect((await sync()).keys).toHaveLength(1);
  });
});
