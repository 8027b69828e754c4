import { type ApiClient, type Permission, type RoleScope, routes } from '@carrel/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  addTestWorkspace,
  databaseKinds,
  startTestServer,
  type TestServer,
  testPassword,
} from '../testing/index.ts';

/** What a manager of people might have: a lot, but not everything. */
const managing: Permission[] = [
  'users.view',
  'users.manage',
  'administrators.view',
  'administrators.manage',
  'workspaces.view',
];

describe.each(databaseKinds)('nobody gets more than they have on %s', (kind) => {
  let server: TestServer;
  let manager: ApiClient;
  let managerId: string;
  let roleId: string;
  let adminId: string;
  let adminGrantId: string;

  beforeAll(async () => {
    server = await startTestServer(kind);
    const { administrator } = server;
    const made = await administrator.call(routes.createRole, {
      body: { name: 'People', permissions: managing },
    });
    roleId = made.id;
    const added = await server.addUser('manager');
    managerId = added.user.id;
    await administrator.call(routes.putRoleGrant, {
      body: { principal: { kind: 'user', id: managerId }, roleId },
    });
    // What somebody may do changed: the session of before has ended.
    manager = server.connection.as(await server.signIn('manager', testPassword));
    const { items } = await administrator.call(routes.listRoleGrants, {
      query: { roleId: 'administrator' },
    });
    adminId = items[0]?.principal.id ?? '';
    adminGrantId = items[0]?.id ?? '';
  });
  afterAll(() => server[Symbol.asyncDispose]());
  beforeEach(() => server.clock.advance(61_000));

  const toMe = (role: string, scope: RoleScope = { kind: 'all' }) => ({
    principal: { kind: 'user' as const, id: managerId },
    roleId: role,
    scope,
  });
  const exceeded = { code: 'PERMISSION_EXCEEDED' };

  it('by granting a role, over everything or a part', async () => {
    const { workspace } = await addTestWorkspace(server, 'prize');
    const scope: RoleScope = { kind: 'workspaces', workspaceIds: [workspace.id] };
    for (const body of [toMe('administrator'), toMe('auditor'), toMe('help-desk', scope)]) {
      await expect(manager.call(routes.putRoleGrant, { body })).rejects.toMatchObject(exceeded);
    }
    const harmless = toMe('image-engineer', scope);
    await expect(manager.call(routes.putRoleGrant, { body: harmless })).rejects.toMatchObject(exceeded);
  });

  it('by making a role, or changing one they have', async () => {
    const body = { name: 'Mine', permissions: ['audit.view' as const] };
    await expect(manager.call(routes.createRole, { body })).rejects.toMatchObject(exceeded);
    const more = { name: 'People', permissions: [...managing, 'instance.manage' as const] };
    await expect(manager.call(routes.changeRole, { params: { roleId }, body: more })).rejects.toMatchObject(
      exceeded,
    );
    for (const template of ['read-only', 'administrator'] as const) {
      const change = server.administrator.call(routes.changeRole, { params: { roleId: template }, body });
      await expect(change).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
    }
  });

  it('by the account of somebody who has more', async () => {
    const params = { userId: adminId };
    for (const body of [{ password: 'a new one for you' }, { isDisabled: true }]) {
      await expect(manager.call(routes.changeUser, { params, body })).rejects.toMatchObject(exceeded);
    }
    await expect(manager.call(routes.deleteUser, { params })).rejects.toMatchObject(exceeded);
    await expect(manager.call(routes.unlockUser, { params })).rejects.toMatchObject(exceeded);
    await expect(manager.call(routes.endUserSessions, { params })).rejects.toMatchObject(exceeded);
    const { user } = await server.addUser('plain');
    await manager.call(routes.changeUser, {
      params: { userId: user.id },
      body: { password: 'a new one for you' },
    });
  });

  it('by joining a group that has more, or one inside it', async () => {
    const { administrator } = server;
    const outer = await administrator.call(routes.createGroup, { body: { name: 'Owners' } });
    const inner = await administrator.call(routes.createGroup, { body: { name: 'Owners of today' } });
    await administrator.call(routes.setGroupMembers, {
      params: { groupId: outer.id },
      body: { userIds: [], groupIds: [inner.id] },
    });
    await administrator.call(routes.putRoleGrant, {
      body: { principal: { kind: 'group', id: outer.id }, roleId: 'administrator' },
    });
    for (const group of [outer, inner]) {
      const params = { groupId: group.id };
      const body = { userIds: [managerId], groupIds: [] };
      await expect(manager.call(routes.setGroupMembers, { params, body })).rejects.toMatchObject(exceeded);
      await expect(manager.call(routes.deleteGroup, { params })).rejects.toMatchObject(exceeded);
    }
  });

  it('by an API token of their own or of somebody else', async () => {
    const wide = { name: 'wide', permissions: ['audit.view' as const] };
    const made = await manager.call(routes.createToken, { body: wide }).catch(() => undefined);
    if (made) {
      const client = server.connection.as(made.token);
      await expect(client.call(routes.listAudit, {})).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    }
    const forAdmin = { ...wide, userId: adminId };
    await expect(manager.call(routes.createToken, { body: forAdmin })).rejects.toMatchObject({
      errorClass: 'denied',
    });
  });

  it('by taking away what others have', async () => {
    const params = { roleGrantId: adminGrantId };
    await expect(manager.call(routes.deleteRoleGrant, { params })).rejects.toMatchObject(exceeded);
  });

  it('writes every attempt down', async () => {
    const { items } = await server.administrator.call(routes.listAudit, {
      query: { actor: 'manager', outcome: 'denied', limit: 200 },
    });
    const attempted = new Set(
      items.filter(({ details }) => details['code'] === 'PERMISSION_EXCEEDED').map(({ action }) => action),
    );
    expect([...attempted].toSorted()).toEqual(
      expect.arrayContaining([
        'changeRole',
        'changeUser',
        'createRole',
        'deleteGroup',
        'deleteRoleGrant',
        'putRoleGrant',
        'setGroupMembers',
      ]),
    );
  });

  it('leaves somebody to administer the instance, whatever is tried', async () => {
    const { administrator } = server;
    const conflict = { code: 'STATE_CONFLICT' };
    // The group of the test before has nobody in it.
    await expect(
      administrator.call(routes.deleteRoleGrant, { params: { roleGrantId: adminGrantId } }),
    ).rejects.toMatchObject(conflict);
    const { workspace } = await addTestWorkspace(server, 'last');
    const narrowed = {
      principal: { kind: 'user' as const, id: adminId },
      roleId: 'administrator',
      scope: { kind: 'workspaces' as const, workspaceIds: [workspace.id] },
    };
    await expect(administrator.call(routes.putRoleGrant, { body: narrowed })).rejects.toMatchObject(conflict);
    await expect(
      administrator.call(routes.changeUser, { params: { userId: adminId }, body: { isDisabled: true } }),
    ).rejects.toMatchObject(conflict);
    expect((await administrator.call(routes.getSession, {})).roles).toEqual(['administrator']);
  });

  it('lets the last two not remove each other at once', async () => {
    const { administrator } = server;
    const { user, client } = await server.addUser('second', ['administrator']);
    const disable = (by: ApiClient, userId: string) =>
      by.call(routes.changeUser, { params: { userId }, body: { isDisabled: true } });
    const outcomes = await Promise.allSettled([disable(administrator, user.id), disable(client, adminId)]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const { rows } = await remaining(server);
    expect(rows).toBe(1);
  });

  async function remaining(of: TestServer): Promise<{ rows: number }> {
    const users = await of.services.database.queries
      .selectFrom('users')
      .innerJoin('roleGrants', 'roleGrants.principalId', 'users.id')
      .select('users.id')
      .where('roleGrants.roleId', '=', 'administrator')
      .where('users.isDisabled', '=', 0)
      .execute();
    return { rows: users.length };
  }
});
