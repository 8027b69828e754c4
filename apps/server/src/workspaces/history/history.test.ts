import { routes, type Workspace } from '@carrel/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addTestWorkspace, databaseKinds, startTestServer, type TestServer } from '../../testing/index.ts';

describe.each(databaseKinds)('the history of a workspace on %s', (kind) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer(kind);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const paramsOf = ({ id }: Workspace) => ({ workspaceId: id });
  const historyOf = (workspace: Workspace, query: { limit?: number; cursor?: string } = {}) =>
    server.administrator.call(routes.listRevisions, { params: paramsOf(workspace), query });
  const save = (workspace: Workspace, change: Partial<Workspace>) => {
    const { name, description, imageId, channel, policy } = { ...workspace, ...change };
    return server.administrator.call(routes.changeWorkspace, {
      params: paramsOf(workspace),
      body: { name, description, imageId, channel, policy },
      revision: workspace.revision,
    });
  };
  const withCpus = ({ policy }: Workspace, cpus: number): Partial<Workspace> => ({
    policy: { ...policy, virtualMachine: { ...policy.virtualMachine, cpus } },
  });

  it('tells who changed which field when, newest first, and who had it among the same', async () => {
    const { workspace } = await addTestWorkspace(server, 'told');
    const { user } = await server.addUser('told');
    await save(workspace, withCpus(workspace, 4));
    const put = (settings: object) =>
      server.administrator.call(routes.putAssignment, {
        params: paramsOf(workspace),
        body: { principal: { kind: 'user', id: user.id }, settings },
      });
    await put({});
    await put({ expiresOn: '2027-03-31' });
    await put({ expiresOn: '2027-03-31' });
    const { items } = await historyOf(workspace);
    expect(items.map(({ kind, revision, author, summary }) => [kind, revision, author, summary])).toEqual([
      ['assignments', 3, 'admin', 'changed for user told (settings.expiresOn none → 2027-03-31)'],
      ['assignments', 2, 'admin', 'granted to user told'],
      ['workspace', 2, 'admin', 'Virtual machine: cpus 1 → 4'],
      ['workspace', 1, 'admin', 'Made'],
    ]);
    expect(items[2]).toMatchObject({
      changes: [{ tab: 'virtualMachine', path: 'policy.virtualMachine.cpus', before: 1, after: 4 }],
    });
  });

  it('comes in pages without gaps, also where much was saved at once', async () => {
    const { workspace } = await addTestWorkspace(server, 'paged');
    const { queries } = server.services.database;
    await queries
      .insertInto('assignmentRevisions')
      .values(
        [2, 3, 4, 5].map((revision) => ({
          workspaceId: workspace.id,
          revision,
          changesJson: '[]',
          updatedAt: Date.parse(workspace.updatedAt) + (revision > 3 ? 1 : 0),
          updatedBy: 'admin',
        })),
      )
      .execute();
    const whole = (await historyOf(workspace)).items;
    const seen: unknown[] = [];
    let cursor: { cursor?: string } = {};
    for (;;) {
      const page = await historyOf(workspace, { limit: 2, ...cursor });
      seen.push(...page.items);
      if (page.next === undefined) break;
      cursor = { cursor: page.next };
    }
    expect(whole).toHaveLength(5);
    expect(seen).toEqual(whole);
    await expect(historyOf(workspace, { cursor: 'elsewhere' })).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
    });
  });

  it('gives back what a workspace was, and makes it that again as a new revision', async () => {
    const { workspace, image } = await addTestWorkspace(server, 'restored');
    const changed = await save(workspace, { ...withCpus(workspace, 8), description: 'too large' });
    const old = await server.administrator.call(routes.getRevision, {
      params: { ...paramsOf(workspace), revision: 1 },
    });
    expect(old).toMatchObject({
      author: 'admin',
      origin: { kind: 'edited' },
      content: { image: 'restored', imageId: image.imageId, description: '' },
    });
    const restore = (revision: number, basis: number) =>
      server.administrator.call(routes.restoreRevision, {
        params: { ...paramsOf(workspace), revision },
        revision: basis,
      });
    await expect(restore(1, 1)).rejects.toMatchObject({ code: 'WORKSPACE_CHANGED' });
    await expect(restore(9, 2)).rejects.toMatchObject({ code: 'NOT_FOUND', details: { kind: 'revision' } });
    const restored = await restore(1, changed.revision);
    expect(restored).toMatchObject({ revision: 3, description: '', policy: workspace.policy });
    const [newest] = (await historyOf(workspace)).items;
    expect(newest).toMatchObject({
      origin: { kind: 'restored', revision: 1 },
      summary: expect.stringMatching(/^Revision 1 restored: General: description/u) as string,
    });
  });

  it('says what the other person changed to whoever would save over it', async () => {
    const { workspace } = await addTestWorkspace(server, 'contended history');
    await save(workspace, withCpus(workspace, 2));
    await expect(save(workspace, { description: 'mine' })).rejects.toMatchObject({
      code: 'WORKSPACE_CHANGED',
      details: {
        author: 'admin',
        changes: [
          {
            tab: 'Virtual machine',
            field: 'cpus',
            path: 'policy.virtualMachine.cpus',
            before: '1',
            after: '2',
          },
        ],
      },
    });
  });

  it('protects who has it the same way, where a basis is given', async () => {
    const { workspace } = await addTestWorkspace(server, 'guarded');
    const { user } = await server.addUser('guarded');
    const { user: other } = await server.addUser('other');
    const put = (id: string, revision?: number) =>
      server.administrator.call(routes.putAssignment, {
        params: paramsOf(workspace),
        body: { principal: { kind: 'user', id } },
        ...(revision === undefined ? {} : { revision }),
      });
    const { revision } = await server.administrator.call(routes.listAssignments, {
      params: paramsOf(workspace),
    });
    expect(await put(user.id, revision)).toMatchObject({ revision: revision + 1 });
    await expect(put(other.id, revision)).rejects.toMatchObject({
      code: 'ASSIGNMENTS_CHANGED',
      httpStatus: 412,
      details: { author: 'admin', changes: [{ change: 'granted to user guarded' }] },
    });
    expect(await put(other.id)).toMatchObject({ revision: revision + 2 });
    const { items } = await server.administrator.call(routes.listAssignments, {
      params: paramsOf(workspace),
    });
    const remove = (basis: number) =>
      server.administrator.call(routes.deleteAssignment, {
        params: { ...paramsOf(workspace), assignmentId: items[0]?.id ?? '' },
        revision: basis,
      });
    await expect(remove(revision)).rejects.toMatchObject({ code: 'ASSIGNMENTS_CHANGED' });
    await remove(revision + 2);
  });

  it('lets exactly one of several changes of who has it through that have one basis', async () => {
    const { workspace } = await addTestWorkspace(server, 'raced for');
    const users = await Promise.all(['r1', 'r2', 'r3'].map((name) => server.addUser(name)));
    const outcomes = await Promise.allSettled(
      users.map(({ user }) =>
        server.administrator.call(routes.putAssignment, {
          params: paramsOf(workspace),
          body: { principal: { kind: 'user', id: user.id } },
          revision: 1,
        }),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('tells that it was taken back when a group or user it was for is deleted', async () => {
    const { workspace } = await addTestWorkspace(server, 'orphaned');
    const { user } = await server.addUser('leaver');
    const group = await server.administrator.call(routes.createGroup, { body: { name: 'Leavers' } });
    for (const principal of [
      { kind: 'user' as const, id: user.id },
      { kind: 'group' as const, id: group.id },
    ]) {
      const body = { principal };
      await server.administrator.call(routes.putAssignment, { params: paramsOf(workspace), body });
    }
    await server.administrator.call(routes.deleteGroup, { params: { groupId: group.id } });
    await server.administrator.call(routes.deleteUser, { params: { userId: user.id } });
    expect((await historyOf(workspace)).items.slice(0, 2).map((entry) => entry.summary)).toEqual([
      'taken back from user leaver',
      'taken back from group Leavers',
    ]);
  });

  it('outlives the workspace, and is of nothing that never was', async () => {
    const { workspace } = await addTestWorkspace(server, 'gone');
    await server.administrator.call(routes.deleteWorkspace, { params: paramsOf(workspace) });
    expect((await historyOf(workspace)).items).toHaveLength(1);
    const never = server.administrator.call(routes.listRevisions, {
      params: { workspaceId: crypto.randomUUID() },
    });
    await expect(never).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
