import {
  type ApiClient,
  permissionsOf,
  type RoleName,
  type RoleScope,
  type Route,
  roles,
  routes,
  workspacePermissions,
} from '@carrel/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  databaseKinds,
  inventory,
  startTestServer,
  type TestServer,
  testPassword,
} from '../testing/index.ts';
import { outcomeOf } from './testing/call-anything.ts';
import { createEstate, type Estate } from './testing/estate.ts';

const refusals: ReadonlySet<string> = new Set(['PERMISSION_DENIED', 'SCOPE_DENIED']);
const scopedParameters = ['workspaceId', 'deviceId', 'imageId', 'userId'];
/** Every route but the one that ends the session it is tried with. */
const all = Object.values<Route>(routes).filter((route) => route.id !== 'signOut');

/** Whether somebody with a role over the first estate only may call a route with ids of the first, or of the other. */
function mayCall(role: RoleName, route: Route, isOwn: boolean): boolean {
  const { access } = route;
  if (access.kind === 'public' || access.kind === 'signed-in') return true;
  if (access.kind === 'device') return false;
  const limitable: readonly string[] = workspacePermissions;
  if (!permissionsOf([role]).has(access.permission) || !limitable.includes(access.permission)) return false;
  if (access.scoping === 'everything') return false;
  if (access.scoping === 'filtered') return true;
  return isOwn && scopedParameters.some((name) => route.path.includes(`{${name}}`));
}

describe.each(databaseKinds)('roles over some workspaces on %s', (kind) => {
  let server: TestServer;
  let own: Estate;
  let other: Estate;
  const clients = new Map<RoleName, ApiClient>();

  beforeAll(async () => {
    server = await startTestServer(kind);
    [own, other] = [await createEstate(server, 'own'), await createEstate(server, 'other')];
    const scope: RoleScope = { kind: 'workspaces', workspaceIds: [own.workspace.id] };
    const { administrator } = server;
    for (const role of Object.keys(roles) as RoleName[]) {
      const userName = `limited-${role}`;
      server.clock.advance(61_000);
      const { user } = await server.addUser(userName);
      // By a group in a group, as directories have them.
      const inner = await administrator.call(routes.createGroup, { body: { name: `inner ${role}` } });
      const outer = await administrator.call(routes.createGroup, { body: { name: `outer ${role}` } });
      await administrator.call(routes.setGroupMembers, {
        params: { groupId: inner.id },
        body: { userIds: [user.id], groupIds: [] },
      });
      await administrator.call(routes.setGroupMembers, {
        params: { groupId: outer.id },
        body: { userIds: [], groupIds: [inner.id] },
      });
      await administrator.call(routes.putRoleGrant, {
        body: { principal: { kind: 'group', id: outer.id }, roleId: role, scope },
      });
      clients.set(role, server.connection.as(await server.signIn(userName, testPassword)));
    }
  }, 60_000);
  afterAll(() => server[Symbol.asyncDispose]());

  const clientOf = (role: RoleName): ApiClient => {
    const client = clients.get(role);
    if (!client) throw new Error(`nobody is ${role}`);
    return client;
  };

  it.each(Object.keys(roles) as RoleName[])(
    '%s is let in to what is theirs and nothing else',
    async (role) => {
      for (const isOwn of [false, true]) {
        // What would take away what the next route is tried with.
        const tried = all.filter((route) => !isOwn || route.method === 'GET');
        const outcomes = await Array.fromAsync(tried, async (route) => {
          const outcome = await outcomeOf(clientOf(role), route, { params: (isOwn ? own : other).params });
          return { route: route.id, isLetIn: !refusals.has(outcome) && outcome !== 'DEVICE_PROOF_INVALID' };
        });
        expect(outcomes, isOwn ? 'own' : 'other').toEqual(
          tried.map((route) => ({ route: route.id, isLetIn: mayCall(role, route, isOwn) })),
        );
      }
    },
  );

  it('leaves everything of the others as it was, and every attempt in the audit log', async () => {
    const read = (estate: Estate) =>
      server.administrator.call(routes.getWorkspace, { params: { workspaceId: estate.workspace.id } });
    expect(await read(other)).toEqual(other.workspace);
    const { items } = await server.administrator.call(routes.listAssignments, {
      params: { workspaceId: other.workspace.id },
    });
    expect(items.map(({ id }) => id)).toEqual([other.assignmentId]);
    const denied = await server.administrator.call(routes.listAudit, {
      query: { actor: 'limited-administrator', outcome: 'denied', limit: 1000 },
    });
    const refused = new Set(denied.items.map(({ action }) => action));
    const expected = all.filter(
      (route) => route.access.kind === 'permission' && !mayCall('administrator', route, false),
    );
    expect(expected.map(({ id }) => id).filter((id) => !refused.has(id))).toEqual([]);
  });

  it('lists show what is theirs', async () => {
    const client = clientOf('administrator');
    const idsOf = (page: { items: readonly { id: string }[] }): string[] => page.items.map(({ id }) => id);
    expect(idsOf(await client.call(routes.listWorkspaces, {}))).toEqual([own.workspace.id]);
    expect(idsOf(await client.call(routes.listDevices, {}))).toEqual([own.device.deviceId]);
    expect(idsOf(await client.call(routes.listImages, {}))).toEqual([own.image.imageId]);
    expect(idsOf(await client.call(routes.listUsers, {}))).toEqual([own.userId]);
    expect(idsOf(await client.call(routes.listGroups, {}))).toEqual([]);
    const events = await client.call(routes.listEvents, {});
    expect(events.items.map(({ workspaceId }) => workspaceId)).toEqual([own.workspace.id]);
    const found = await client.call(routes.listUsers, { query: { userName: 'other-user' } });
    expect(idsOf(found), 'somebody to assign to is found by name').toEqual([other.userId]);
  });

  it.each<[Route, (estate: Estate) => object]>([
    [routes.listDevices, ({ workspace }) => ({ query: { workspaceId: workspace.id } })],
    [routes.listEvents, ({ workspace }) => ({ query: { workspaceId: workspace.id } })],
    [routes.listEvents, ({ device }) => ({ query: { deviceId: device.deviceId } })],
    [routes.listWorkspaces, ({ workspace }) => ({ query: { name: workspace.name } })],
    [routes.exportWorkspaces, ({ workspace }) => ({ query: { workspaceIds: workspace.id } })],
    [routes.explainPolicy, ({ userId, workspace }) => ({ query: { userId, workspaceId: workspace.id } })],
  ])('%o tells nothing of the others through its query', async (route, inputOf) => {
    const client = clientOf('administrator');
    const input = inputOf(other) as Parameters<typeof client.call<Route>>[1];
    const answer = await client.call<Route>(route, input).catch((error: unknown) => String(error));
    const text = JSON.stringify(answer);
    for (const secret of [other.device.deviceId, 'other-desk', other.image.imageId]) {
      expect(text).not.toContain(secret);
    }
  });

  it('an image of the others cannot be read by giving it to a workspace of theirs', async () => {
    const client = clientOf('administrator');
    const { id: workspaceId, name, description, channel, policy } = own.workspace;
    const change = (imageId: string, revision: number) =>
      client.call(routes.changeWorkspace, {
        params: { workspaceId },
        body: { name, description, channel, policy, imageId },
        revision,
      });
    await expect(change(other.image.imageId, 1)).rejects.toMatchObject({ code: 'SCOPE_DENIED' });
    expect(await change(own.image.imageId, 1)).toMatchObject({ imageId: own.image.imageId });
  });

  it('an id of the others under a path of theirs is not found', async () => {
    const client = clientOf('administrator');
    const mixed = { ...own.params, assignmentId: other.assignmentId, actionId: other.actionId };
    for (const route of [routes.deleteAssignment, routes.cancelDeviceAction]) {
      expect(await outcomeOf(client, route, { params: mixed }), route.id).toBe('NOT_FOUND');
    }
  });

  it('a device that also holds a workspace of others is seen in part, and not managed', async () => {
    const { userId, device } = own;
    const statusOf = ({ workspace }: Estate) => ({
      workspaceId: workspace.id,
      workspaceName: workspace.name,
      userId,
      userName: 'own-user',
      state: 'ready' as const,
      imageVersion: 1,
      isReadyOffline: true,
      fetch: null,
      runningSince: null,
      guestBootSeconds: null,
      failure: null,
    });
    await device.client.call(routes.syncDevice, {
      body: { userGrants: [], inventory, workspaces: [statusOf(own), statusOf(other)] },
    });
    const shared = await createShared(server, device.deviceId, userId, other.workspace.id);
    const client = clientOf('help-desk');
    const params = { deviceId: device.deviceId };
    const seen = await client.call(routes.getDevice, { params });
    expect(seen.workspaces.map(({ workspaceId }) => workspaceId)).toEqual([own.workspace.id]);
    expect(await outcomeOf(client, routes.revokeDevice, { params })).toBe('SCOPE_DENIED');
    await shared.remove();
    expect(await outcomeOf(client, routes.queueDeviceAction, { params, body: { kind: 'stop' } })).toBe(
      'answered',
    );
  });
});

/** A lease for another workspace, as the device's next contact would bring. */
async function createShared(server: TestServer, deviceId: string, userId: string, workspaceId: string) {
  const { queries } = server.services.database;
  const row = { id: crypto.randomUUID(), deviceId, userId, workspaceId, workspaceRevision: 1 };
  await queries
    .insertInto('leases')
    .values({ ...row, imageVersion: 1, issuedAt: server.clock.nowMs(), validUntil: null })
    .execute();
  return {
    remove: async (): Promise<void> => {
      await queries.deleteFrom('leases').where('id', '=', row.id).execute();
    },
  };
}
