import { routes, type WorkspaceInput, workspacePolicySchema } from '@carrel/contract';
import { openSealedKeys, verifyLease } from '@carrel/policy';
import type { KyselyPlugin } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import type { Services } from '../services.ts';
import {
  addTestWorkspace,
  databaseKinds,
  enrolTestDevice,
  startTestServer,
  type TestDevice,
  type TestServer,
} from '../testing/index.ts';
import { issueLeases } from './issue-leases.ts';

type PolicyInput = z.input<typeof workspacePolicySchema>;

describe.each(databaseKinds)('what leases are made of on %s', (kind) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer(kind);
  });
  afterAll(() => server[Symbol.asyncDispose]());
  let count = 0;
  beforeEach(() => {
    count += 1;
  });

  const assign = (
    workspaceId: string,
    principal: { kind: 'user' | 'group'; id: string },
    more: object = {},
  ) =>
    server.administrator.call(routes.putAssignment, {
      params: { workspaceId },
      body: { principal, ...more },
    });
  const changePolicy = async (workspaceId: string, policy: PolicyInput) => {
    const params = { workspaceId };
    const { name, description, imageId, channel, revision } = await server.administrator.call(
      routes.getWorkspace,
      { params },
    );
    const body: WorkspaceInput = {
      name,
      description,
      imageId,
      channel,
      policy: workspacePolicySchema.parse(policy),
    };
    await server.administrator.call(routes.changeWorkspace, { params, body, revision });
  };
  const addGroup = async (name: string, userIds: string[], groupIds: string[] = []) => {
    const group = await server.administrator.call(routes.createGroup, { body: { name } });
    const params = { groupId: group.id };
    await server.administrator.call(routes.setGroupMembers, { params, body: { userIds, groupIds } });
    return group;
  };
  const deviceRow = (device: TestDevice) =>
    server.services.database.queries
      .selectFrom('devices')
      .selectAll()
      .where('id', '=', device.deviceId)
      .executeTakeFirstOrThrow();
  async function issue(device: TestDevice, users: { id: string; userName: string }[], had: string[] = []) {
    const holders = users.map((user) => ({ user, hadWorkspaceIds: had as never[] }));
    return issueLeases(server.services, await deviceRow(device), holders);
  }
  async function open(device: TestDevice, token: string | undefined) {
    const { instance } = server.services;
    const expected = { keys: instance.leaseKeys.published, issuer: instance.id, deviceId: device.deviceId };
    const lease = await verifyLease(token ?? '', expected);
    return { lease, keys: await openSealedKeys(lease.sealedKeys, device.keys.sealing) };
  }
  async function scene() {
    const name = `content-${count}`;
    const { user } = await server.addUser(name);
    const { workspace } = await addTestWorkspace(server, name);
    return { user, workspace, device: await enrolTestDevice(server, name) };
  }

  it('is what the person’s grants open together, and the policy as it is', async () => {
    const { user, workspace, device } = await scene();
    const group = await addGroup(`content-group-${count}`, [user.id]);
    await assign(
      workspace.id,
      { kind: 'user', id: user.id },
      { settings: { clipboard: 'to-host', offlineLimitHours: null, deletion: { whenExpired: true } } },
    );
    await assign(
      workspace.id,
      { kind: 'group', id: group.id },
      { settings: { clipboard: 'to-workspace', isOpticalDriveAllowed: true } },
    );
    await changePolicy(workspace.id, { general: { supportContact: '4711' } });
    const [answer] = await issue(device, [user]);
    const { lease } = await open(device, answer?.leases[0]);
    expect(lease).toMatchObject({
      policySchemaVersion: 2,
      offlineLimitSeconds: null,
      grant: {
        clipboard: 'both',
        isOpticalDriveAllowed: true,
        isPrintingAllowed: true,
        deletion: { whenExpired: false },
      },
      policy: { general: { supportContact: '4711' } },
    });
  });

  it('is the user’s own grant alone where the workspace says so', async () => {
    const { user, workspace, device } = await scene();
    const group = await addGroup(`own-group-${count}`, [user.id]);
    await assign(workspace.id, { kind: 'user', id: user.id }, { settings: { offlineLimitHours: 1 } });
    await assign(workspace.id, { kind: 'group', id: group.id }, { settings: { offlineLimitHours: 100 } });
    const offline = async () => {
      const [answer] = await issue(device, [user]);
      return (await open(device, answer?.leases[0])).lease.offlineLimitSeconds;
    };
    expect(await offline()).toBe(360_000);
    await changePolicy(workspace.id, { general: { precedence: 'user' } });
    expect(await offline()).toBe(3600);
  });

  it('is complete where policy and grant were stored before most settings were there', async () => {
    const { user, workspace, device } = await scene();
    await assign(workspace.id, { kind: 'user', id: user.id });
    const { queries } = server.services.database;
    // Also what would not be accepted now: a revertible workspace that is saved.
    const policyJson = '{"virtualMachine":{"persistence":"revertible","stopAction":"save"}}';
    await queries.updateTable('workspaces').set({ policyJson }).where('id', '=', workspace.id).execute();
    await queries
      .updateTable('assignments')
      .set({ settingsJson: '{"expiresOn":null,"timeZone":"UTC","offlineLimitHours":2}' })
      .where('workspaceId', '=', workspace.id)
      .execute();
    const [answer] = await issue(device, [user]);
    const { lease } = await open(device, answer?.leases[0]);
    expect(lease).toMatchObject({
      offlineLimitSeconds: 7200,
      policy: { virtualMachine: { stopAction: 'save', updateMode: 'suggest' }, web: { rules: [] } },
      grant: { clipboard: 'both', fileTransfer: { toHost: { isAllowed: false } } },
    });
  });

  it('has the secrets its set-up names, sealed, and not those of others or that are gone', async () => {
    const { user, workspace, device } = await scene();
    await assign(workspace.id, { kind: 'user', id: user.id });
    const put = (secretName: string, value: string) =>
      server.administrator.call(routes.putSecret, { params: { secretName }, body: { value } });
    await put('join-account', 'hunter2');
    await put('not-asked-for', 'other');
    const actions = [
      { kind: 'join-domain' as const, domain: 'corp.test', account: 'joiner', secret: 'join-account' },
      { kind: 'command' as const, path: 'x', inputSecret: 'never-given' },
    ];
    const virtualMachine = { persistence: 'persistent' as const };
    await changePolicy(workspace.id, { virtualMachine, vmSetup: { isRun: true, actions } });
    const [answer] = await issue(device, [user]);
    const { lease, keys } = await open(device, answer?.leases[0]);
    expect(keys.secrets).toEqual({ 'join-account': 'hunter2' });
    expect(JSON.stringify(lease)).not.toContain('hunter2');
    await changePolicy(workspace.id, { virtualMachine, vmSetup: { isRun: false, actions } });
    const [later] = await issue(device, [user]);
    expect((await open(device, later?.leases[0])).keys.secrets).toEqual({});
  });

  it('is nothing for a workspace that is withdrawn, and why', async () => {
    const { user, workspace, device } = await scene();
    const withdrawn = async () => (await issue(device, [user], [workspace.id]))[0]?.withdrawn;
    const principal = { kind: 'user' as const, id: user.id };
    expect(await withdrawn()).toEqual([{ workspaceId: workspace.id, reason: 'unassigned' }]);
    await assign(workspace.id, principal, { settings: { expiresOn: '2020-02-29' } });
    expect(await withdrawn()).toEqual([{ workspaceId: workspace.id, reason: 'expired' }]);
    await assign(workspace.id, principal);
    expect(await withdrawn()).toEqual([]);
    const group = await addGroup(`denied-${count}`, [user.id]);
    await assign(workspace.id, { kind: 'group', id: group.id }, { effect: 'deny' });
    expect(await withdrawn()).toEqual([{ workspaceId: workspace.id, reason: 'disabled' }]);
    await server.administrator.call(routes.deleteWorkspace, { params: { workspaceId: workspace.id } });
    expect(await withdrawn()).toEqual([{ workspaceId: workspace.id, reason: 'unassigned' }]);
  });

  it('does not take a workspace away whose channel points at no version for now', async () => {
    const { user, workspace, device } = await scene();
    await assign(workspace.id, { kind: 'user', id: user.id });
    const { queries } = server.services.database;
    await queries.deleteFrom('channels').where('imageId', '=', workspace.imageId).execute();
    expect(await issue(device, [user], [workspace.id])).toEqual([{ leases: [], withdrawn: [] }]);
  });

  it('ends in a circle of groups', async () => {
    const { user, workspace, device } = await scene();
    const inner = await addGroup(`circle-inner-${count}`, [user.id]);
    const outer = await addGroup(`circle-outer-${count}`, [], [inner.id]);
    // Routes refuse it; a directory may still hold one.
    await server.services.database.queries
      .insertInto('groupGroups')
      .values({ parentId: inner.id, childId: outer.id })
      .execute();
    await assign(workspace.id, { kind: 'group', id: outer.id });
    const [answer] = await issue(device, [user]);
    expect(answer?.leases).toHaveLength(1);
  });

  it('takes as many statements for three people with three workspaces through groups as for one with one', async () => {
    const { user, workspace, device } = await scene();
    await assign(workspace.id, { kind: 'user', id: user.id });
    const { statements, services } = counting(server.services);
    const row = await deviceRow(device);
    await issueLeases(services, row, [{ user, hadWorkspaceIds: [] }]);
    const forOne = statements.count;
    const users = [user];
    for (const suffix of ['b', 'c']) users.push((await server.addUser(`many-${count}-${suffix}`)).user);
    const group = await addGroup(
      `many-${count}`,
      users.map(({ id }) => id),
    );
    const outer = await addGroup(`many-outer-${count}`, [], [group.id]);
    for (const suffix of ['b', 'c']) {
      const { workspace: more } = await addTestWorkspace(server, `many-${count}-${suffix}`);
      await assign(more.id, { kind: 'group', id: outer.id });
    }
    statements.count = 0;
    const holders = users.map((one) => ({ user: one, hadWorkspaceIds: [] }));
    const answers = await issueLeases(services, row, holders);
    expect(answers.map(({ leases }) => leases.length)).toEqual([3, 2, 2]);
    expect(forOne).toBe(5);
    expect(statements.count).toBe(forOne);
  });
});

/** The same services, with a count of the statements their database is given. */
function counting(services: Services): { services: Services; statements: { count: number } } {
  const statements = { count: 0 };
  const counter: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    transformResult: ({ result }) => {
      statements.count += 1;
      return Promise.resolve(result);
    },
  };
  const database = { ...services.database, queries: services.database.queries.withPlugin(counter) };
  return { services: { ...services, database }, statements };
}
