import { routes, type Workspace } from '@carrel/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  addTestImage,
  addTestWorkspace,
  databaseKinds,
  startTestServer,
  type TestServer,
} from '../testing/index.ts';

describe.each(databaseKinds)('workspaces on %s', (kind) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer(kind);
  });
  afterAll(() => server[Symbol.asyncDispose]());
  const inputOf = ({ name, description, imageId, channel, policy }: Workspace) => ({
    name,
    description,
    imageId,
    channel,
    policy,
  });
  const save = (workspace: Workspace, revision: number, description: string) =>
    server.administrator.call(routes.changeWorkspace, {
      params: { workspaceId: workspace.id },
      body: { ...inputOf(workspace), description },
      revision,
    });

  it('refuses to save over a change it was not based on, and names its author', async () => {
    const { workspace } = await addTestWorkspace(server, 'contended');
    const changed = await save(workspace, workspace.revision, 'first');
    expect(changed).toMatchObject({ revision: 2, updatedBy: 'admin', description: 'first' });
    await expect(save(workspace, workspace.revision, 'second')).rejects.toMatchObject({
      code: 'WORKSPACE_CHANGED',
      httpStatus: 412,
      details: { author: 'admin', currentVersion: 2 },
    });
    const params = { workspaceId: workspace.id };
    expect(await server.administrator.call(routes.getWorkspace, { params })).toEqual(changed);
  });

  it('lets exactly one of many savers at once through', async () => {
    const { workspace } = await addTestWorkspace(server, 'raced');
    const outcomes = await Promise.allSettled(
      ['a', 'b', 'c', 'd', 'e'].map((text) => save(workspace, workspace.revision, text)),
    );
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
  });

  it('keeps every revision with its author, also after the workspace is gone', async () => {
    const { workspace } = await addTestWorkspace(server, 'remembered');
    await save(workspace, 1, 'second');
    await server.administrator.call(routes.deleteWorkspace, { params: { workspaceId: workspace.id } });
    const revisions = await server.services.database.queries
      .selectFrom('workspaceRevisions')
      .selectAll()
      .where('workspaceId', '=', workspace.id)
      .orderBy('revision')
      .execute();
    const descriptions = revisions.map((row) => [
      row.revision,
      row.updatedBy,
      (JSON.parse(row.contentJson) as Workspace).description,
    ]);
    expect(descriptions).toEqual([
      [1, 'admin', ''],
      [2, 'admin', 'second'],
    ]);
  });

  it('asks for the revision and takes nothing else for one', async () => {
    const { workspace } = await addTestWorkspace(server, 'careless');
    const token = await server.signIn('admin', server.administratorPassword);
    const put = (headers: Record<string, string>): Promise<Response> =>
      server.connection.send(`/api/v1/workspaces/${workspace.id}`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
        body: JSON.stringify(inputOf(workspace)),
      });
    expect((await put({})).status).toBe(428);
    for (const tag of ['*', '1', 'W/"1"', '"x"', '"1", "2"']) {
      expect((await put({ 'if-match': tag })).status, tag).toBe(400);
    }
    const answer = await put({ 'if-match': '"1"' });
    expect([answer.status, answer.headers.get('etag')]).toEqual([200, '"2"']);
  });

  it('takes a name once and needs an image', async () => {
    const { imageId } = await addTestImage(server, 'shared-image');
    const create = (name: string, image: string) =>
      server.administrator.call(routes.createWorkspace, { body: { name, imageId: image } });
    await create('Office', imageId);
    await expect(create('OFFICE', imageId)).rejects.toMatchObject({ code: 'NAME_TAKEN' });
    await expect(create('Elsewhere', crypto.randomUUID())).rejects.toMatchObject({
      code: 'NOT_FOUND',
      details: { kind: 'image' },
    });
  });

  it('replaces what a principal had, and deletes only within the workspace named', async () => {
    const { workspace: one } = await addTestWorkspace(server, 'one');
    const { workspace: other } = await addTestWorkspace(server, 'other');
    const { user } = await server.addUser('assigned');
    const put = (effect: 'allow' | 'deny') =>
      server.administrator.call(routes.putAssignment, {
        params: { workspaceId: one.id },
        body: { principal: { kind: 'user', id: user.id }, effect },
      });
    const granted = await put('allow');
    const denied = await put('deny');
    expect(denied).toMatchObject({ id: granted.id, effect: 'deny', principalName: 'assigned' });
    const remove = (workspaceId: string) =>
      server.administrator.call(routes.deleteAssignment, {
        params: { workspaceId, assignmentId: denied.id },
      });
    await expect(remove(other.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await remove(one.id);
    const params = { workspaceId: one.id };
    expect((await server.administrator.call(routes.listAssignments, { params })).items).toEqual([]);
  });
});
