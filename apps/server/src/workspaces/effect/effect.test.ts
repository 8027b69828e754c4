import { type Assignment, routes, type Workspace } from '@carrel/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addTestWorkspace, databaseKinds, startTestServer, type TestServer } from '../../testing/index.ts';

describe.each(databaseKinds)('who has what and why on %s', (kind) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer(kind);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const call: TestServer['administrator']['call'] = (route, input) => server.administrator.call(route, input);
  const groupOf = async (name: string, userIds: string[], groupIds: string[] = []) => {
    const group = await call(routes.createGroup, { body: { name } });
    await call(routes.setGroupMembers, { params: { groupId: group.id }, body: { userIds, groupIds } });
    return group;
  };
  const assign = (
    { id }: Workspace,
    principal: Assignment['principal'],
    more: { effect?: 'allow' | 'deny'; settings?: object } = {},
  ) => call(routes.putAssignment, { params: { workspaceId: id }, body: { principal, ...more } });

  it('explains each value by the grant that supplied it and the groups between', async () => {
    const { workspace } = await addTestWorkspace(server, 'explained');
    const { user } = await server.addUser('explained');
    const inner = await groupOf('Inner', [user.id]);
    const outer = await groupOf('Outer', [], [inner.id]);
    const own = await assign(
      workspace,
      { kind: 'user', id: user.id },
      { settings: { offlineLimitHours: 1 } },
    );
    const wide = await assign(
      workspace,
      { kind: 'group', id: outer.id },
      { settings: { offlineLimitHours: 9 } },
    );
    const explained = await call(routes.explainPolicy, { query: { userId: user.id } });
    expect(explained).toMatchObject({
      user: { userName: 'explained', isDisabled: false },
      groups: [
        { name: 'Inner', path: ['Inner'] },
        { name: 'Outer', path: ['Inner', 'Outer'] },
      ],
      workspaces: [
        {
          name: 'explained',
          outcome: 'granted',
          grants: [
            { assignmentId: own.id, path: [] },
            { assignmentId: wide.id, principalName: 'Outer', path: ['Inner', 'Outer'] },
          ],
        },
      ],
    });
    expect(explained.workspaces[0]?.values).toContainEqual({
      setting: 'offlineLimitSeconds',
      value: 9 * 3600,
      from: wide.id,
      together: [],
      overrode: [own.id],
    });
    const denied = await assign(workspace, { kind: 'group', id: inner.id }, { effect: 'deny' });
    const again = await call(routes.explainPolicy, { query: { userId: user.id, workspaceId: workspace.id } });
    expect(again.workspaces).toMatchObject([{ outcome: 'denied', deniedBy: [denied.id] }]);
  });

  it('explains also that nothing is granted, and knows no strangers', async () => {
    const { workspace } = await addTestWorkspace(server, 'not granted');
    const { user } = await server.addUser('without');
    const explain = (userId: string, workspaceId?: string) =>
      call(routes.explainPolicy, { query: { userId, ...(workspaceId ? { workspaceId } : {}) } });
    expect((await explain(user.id)).workspaces).toEqual([]);
    expect((await explain(user.id, workspace.id)).workspaces).toMatchObject([
      { outcome: 'none', grants: [] },
    ]);
    await expect(explain(crypto.randomUUID())).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(explain(user.id, crypto.randomUUID())).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('says what an edit would change before it is made, and writes nothing', async () => {
    const { workspace } = await addTestWorkspace(server, 'previewed');
    const [{ user: ada }, { user: bob }] = [
      await server.addUser('preview-ada'),
      await server.addUser('preview-bob'),
    ];
    const group = await groupOf('Previewed', [ada.id]);
    const granted = await assign(workspace, { kind: 'group', id: group.id });
    const entries = () =>
      server.services.database.queries.selectFrom('auditEntries').select('sequence').execute();
    const before = (await entries()).length;
    const preview = (body: Parameters<typeof call<typeof routes.previewChange>>[1]['body']) =>
      call(routes.previewChange, { body });
    const workspaceId = workspace.id;
    const { name, description, imageId, channel, policy } = workspace;
    const input = {
      name,
      description,
      imageId,
      channel,
      policy: { ...policy, delivery: { useHostFiles: false } },
    };

    expect(await preview({ kind: 'workspace', workspaceId, input })).toMatchObject({
      users: { count: 1, names: ['preview-ada'] },
      workspaces: [
        { fields: { changes: [{ path: 'policy.delivery.useHostFiles', before: true, after: false }] } },
      ],
    });
    const toBob = { principal: { kind: 'user' as const, id: bob.id } };
    expect(await preview({ kind: 'put-assignment', workspaceId, assignment: toBob })).toMatchObject({
      workspaces: [{ gained: { count: 1, names: ['preview-bob'] } }],
    });
    expect(await preview({ kind: 'delete-assignment', workspaceId, assignmentId: granted.id })).toMatchObject(
      {
        workspaces: [{ lost: { count: 1, names: ['preview-ada'] } }],
      },
    );
    expect(await preview({ kind: 'delete-workspace', workspaceId })).toMatchObject({
      workspaces: [{ name: 'previewed', lost: { count: 1 } }],
    });
    const members = { userIds: [bob.id], groupIds: [] };
    expect(await preview({ kind: 'group-members', groupId: group.id, members })).toMatchObject({
      workspaces: [{ gained: { names: ['preview-bob'] }, lost: { names: ['preview-ada'] } }],
    });
    expect(await preview({ kind: 'delete-group', groupId: group.id })).toMatchObject({
      workspaces: [{ lost: { names: ['preview-ada'] } }],
    });
    await expect(
      preview({ kind: 'workspace', workspaceId, input: { ...input, name: 'Explained' } }),
    ).rejects.toMatchObject({ code: 'NAME_TAKEN' });
    const inItself = { userIds: [], groupIds: [group.id] };
    await expect(
      preview({ kind: 'group-members', groupId: group.id, members: inItself }),
    ).rejects.toMatchObject({ code: 'GROUP_CYCLE' });
    expect((await entries()).length).toBe(before);
    expect((await call(routes.getWorkspace, { params: { workspaceId } })).revision).toBe(1);
  });

  it('shows somebody only what they may see', async () => {
    const { workspace } = await addTestWorkspace(server, 'hidden');
    const { user, client } = await server.addUser('engineer', ['image-engineer']);
    const explain = client.call(routes.explainPolicy, { query: { userId: user.id } });
    await expect(explain).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    const group = await groupOf('Hidden', []);
    const ofGroup = client.call(routes.previewChange, { body: { kind: 'delete-group', groupId: group.id } });
    await expect(ofGroup).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    const ofWorkspace = await client.call(routes.previewChange, {
      body: { kind: 'delete-workspace', workspaceId: workspace.id },
    });
    expect(ofWorkspace.workspaces).toEqual([]);
  });
});
