import { routes } from '@carrel/contract';
import type { KyselyPlugin } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
import { syncDevice } from './sync-device.ts';

describe.each(databaseKinds)('a contact on %s', (kind) => {
  let server: TestServer;
  let device: TestDevice;
  const grants: string[] = [];

  beforeAll(async () => {
    server = await startTestServer(kind);
    device = await enrolTestDevice(server);
    const { administrator } = server;
    const group = await administrator.call(routes.createGroup, { body: { name: 'all' } });
    const userIds: string[] = [];
    for (let count = 0; count < 6; count += 1) {
      server.clock.advance(61_000);
      const { user } = await server.addUser(`user-${count}`);
      userIds.push(user.id);
      const body = { userName: user.userName, password: testPassword };
      grants.push((await device.client.call(routes.signInAtDevice, { body })).userGrant);
    }
    await administrator.call(routes.setGroupMembers, {
      params: { groupId: group.id },
      body: { userIds, groupIds: [] },
    });
    for (const name of ['one', 'two', 'three']) {
      const { workspace } = await addTestWorkspace(server, name);
      await administrator.call(routes.putAssignment, {
        params: { workspaceId: workspace.id },
        body: { principal: { kind: 'group', id: group.id } },
      });
    }
  }, 60_000);
  afterAll(() => server[Symbol.asyncDispose]());

  /** How many statements a contact of these people takes, and how many leases it gives. */
  async function measure(userGrants: readonly string[]): Promise<{ statements: number; leases: number }> {
    const { services } = server;
    let statements = 0;
    const counting: KyselyPlugin = {
      transformQuery: ({ node }) => {
        statements += 1;
        return node;
      },
      transformResult: ({ result }) => Promise.resolve(result),
    };
    const queries = services.database.queries.withPlugin(counting);
    const row = await services.database.queries
      .selectFrom('devices')
      .selectAll()
      .where('id', '=', device.deviceId)
      .executeTakeFirstOrThrow();
    const answer = await syncDevice(
      { ...services, database: { ...services.database, queries } },
      () => Promise.resolve('active'),
      row,
      { userGrants: [...userGrants], inventory, workspaces: [], finishedActions: [] },
    );
    const leases = answer.users.flatMap((user) => (user.outcome === 'granted' ? user.leases : []));
    return { statements, leases: leases.length };
  }

  it('takes as many statements for six people as for one', async () => {
    const one = await measure(grants.slice(0, 1));
    const six = await measure(grants);
    expect([one.leases, six.leases]).toEqual([3, 18]);
    expect(six.statements).toBe(one.statements);
    expect(one.statements).toBeLessThanOrEqual(14);
  });
});
