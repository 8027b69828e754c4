import { type ApiClient, routes, type Workspace } from '@carrel/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addTestWorkspace, databaseKinds, startTestServer, type TestServer } from '../testing/index.ts';

describe.each(databaseKinds)('somebody who manages one workspace only, on %s', (kind) => {
  let server: TestServer;
  let client: ApiClient;
  let mine: Workspace;
  let other: Workspace;
  beforeAll(async () => {
    server = await startTestServer(kind);
    mine = (await addTestWorkspace(server, 'mine')).workspace;
    other = (await addTestWorkspace(server, 'other')).workspace;
    const scope = { kind: 'workspaces' as const, workspaceIds: [mine.id] };
    client = (await server.addUser('manager', ['administrator'], scope)).client;
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const denied = { code: 'SCOPE_DENIED' };
  const importing = (name: string, dryRun: boolean) =>
    client.call(routes.importWorkspaces, {
      query: { dryRun: String(dryRun) },
      body: { workspaces: [{ name, image: name, description: 'imported' }] },
    });

  it('exports and lists that one', async () => {
    const { workspaces } = await client.call(routes.exportWorkspaces, {});
    expect(workspaces.map(({ name }) => name)).toEqual(['mine']);
    const asked = await client.call(routes.exportWorkspaces, { query: { workspaceIds: other.id } });
    expect(asked.workspaces).toEqual([]);
    const listed = await client.call(routes.listWorkspaces, { query: { search: 'o' } });
    expect(listed.items).toEqual([]);
  });

  it('imports into that one, and learns nothing of others by trying', async () => {
    for (const dryRun of [true, false]) {
      expect((await importing('mine', dryRun)).workspaces).toMatchObject([{ action: 'changed' }]);
      await expect(importing('other', dryRun)).rejects.toMatchObject(denied);
      const same = client.call(routes.importWorkspaces, {
        query: { dryRun: String(dryRun) },
        body: { workspaces: [{ name: 'other', image: 'other' }] },
      });
      await expect(same).rejects.toMatchObject(denied);
      const made = client.call(routes.importWorkspaces, {
        query: { dryRun: String(dryRun) },
        body: { workspaces: [{ name: 'new', image: 'mine' }] },
      });
      await expect(made).rejects.toMatchObject(denied);
    }
  });

  it('makes no new ones by copying', async () => {
    const params = { workspaceId: mine.id };
    await expect(client.call(routes.cloneWorkspace, { params, body: {} })).rejects.toMatchObject(denied);
  });

  it('sees the history of that one, and restores it', async () => {
    const params = { workspaceId: mine.id };
    const { items } = await client.call(routes.listRevisions, { params });
    expect(items.length).toBeGreaterThan(0);
    const others = client.call(routes.listRevisions, { params: { workspaceId: other.id } });
    await expect(others).rejects.toMatchObject(denied);
    const { revision } = await client.call(routes.getWorkspace, { params });
    await client.call(routes.restoreRevision, { params: { ...params, revision: 1 }, revision });
  });

  it('is told of that one what a change would do and why, and of no other', async () => {
    const group = await server.administrator.call(routes.createGroup, { body: { name: 'Both' } });
    const { user } = await server.addUser('member');
    for (const { id } of [mine, other]) {
      const body = { principal: { kind: 'group' as const, id: group.id } };
      await server.administrator.call(routes.putAssignment, { params: { workspaceId: id }, body });
    }
    const members = { userIds: [user.id], groupIds: [] };
    const preview = { kind: 'group-members' as const, groupId: group.id, members };
    const effect = await client.call(routes.previewChange, { body: preview });
    expect(effect.workspaces.map(({ name }) => name)).toEqual(['mine']);
    const ofOther = { kind: 'delete-workspace' as const, workspaceId: other.id };
    await expect(client.call(routes.previewChange, { body: ofOther })).rejects.toMatchObject(denied);
    const stranger = client.call(routes.explainPolicy, { query: { userId: user.id } });
    await expect(stranger).rejects.toMatchObject(denied);
    await server.administrator.call(routes.setGroupMembers, { params: { groupId: group.id }, body: members });
    const explained = await client.call(routes.explainPolicy, { query: { userId: user.id } });
    expect(explained.workspaces.map(({ name }) => name)).toEqual(['mine']);
    const asked = client.call(routes.explainPolicy, {
      query: { userId: user.id, workspaceId: other.id },
    });
    await expect(asked).rejects.toMatchObject(denied);
  });
});
