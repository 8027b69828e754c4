import { routes } from '@carrel/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseKinds, startTestServer, type TestServer, testPassword } from '../testing/index.ts';
import { groupsOfUser } from './groups-of-user.ts';

describe.each(databaseKinds)('groups on %s', (kind) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer(kind);
  });
  afterAll(() => server[Symbol.asyncDispose]());
  const create = (name: string) => server.administrator.call(routes.createGroup, { body: { name } });
  const setMembers = (groupId: string, members: { userIds?: string[]; groupIds?: string[] }) =>
    server.administrator.call(routes.setGroupMembers, {
      params: { groupId },
      body: { userIds: [], groupIds: [], ...members },
    });
  const createUser = (userName: string) =>
    server.administrator.call(routes.createUser, { body: { userName, password: testPassword } });

  it('knows a user to be in the groups around their groups', async () => {
    const [outer, middle, inner] = [await create('outer'), await create('middle'), await create('inner')];
    const user = await createUser('nested');
    await setMembers(outer.id, { groupIds: [middle.id] });
    await setMembers(middle.id, { groupIds: [inner.id] });
    await setMembers(inner.id, { userIds: [user.id, user.id] });
    const found = await groupsOfUser(server.services.database.queries, user.id);
    expect(found.toSorted()).toEqual([outer.id, middle.id, inner.id].toSorted());
  });

  it('refuses a group inside itself and keeps what there was', async () => {
    const [a, b] = [await create('cycle a'), await create('cycle b')];
    await setMembers(a.id, { groupIds: [b.id] });
    await expect(setMembers(b.id, { groupIds: [a.id] })).rejects.toMatchObject({ code: 'GROUP_CYCLE' });
    await expect(setMembers(a.id, { groupIds: [a.id] })).rejects.toMatchObject({ code: 'GROUP_CYCLE' });
    const listed = await server.administrator.call(routes.listGroups, { query: { name: 'CYCLE A' } });
    expect(listed.items[0]?.groupIds).toEqual([b.id]);
  });

  it('lets at most one of two changes through that would make a cycle together', async () => {
    const [a, b] = [await create('race a'), await create('race b')];
    const outcomes = await Promise.allSettled([
      setMembers(a.id, { groupIds: [b.id] }),
      setMembers(b.id, { groupIds: [a.id] }),
    ]);
    expect(outcomes.map((outcome) => outcome.status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  it('takes thousands of members at once, and none that does not exist', async () => {
    const group = await create('large');
    const member = await createUser('member');
    const ghosts = Array.from({ length: 6_000 }, () => crypto.randomUUID());
    const refused = setMembers(group.id, { userIds: [member.id, ...ghosts] });
    await expect(refused).rejects.toMatchObject({ code: 'NOT_FOUND', details: { kind: 'user' } });
    expect((await setMembers(group.id, { userIds: [member.id] })).userIds).toEqual([member.id]);
  });

  it('deletes a group with its assignments', async () => {
    const group = await create('going');
    await server.services.database.queries
      .insertInto('images')
      .values({ id: group.id, name: 'some-image', description: '', createdAt: 0 })
      .execute();
    const workspace = await server.administrator.call(routes.createWorkspace, {
      body: { name: 'of the group', imageId: group.id },
    });
    const params = { workspaceId: workspace.id };
    const body = { principal: { kind: 'group' as const, id: group.id } };
    await server.administrator.call(routes.putAssignment, { params, body });
    await server.administrator.call(routes.deleteGroup, { params: { groupId: group.id } });
    expect((await server.administrator.call(routes.listAssignments, { params })).items).toEqual([]);
    const again = server.administrator.call(routes.deleteGroup, { params: { groupId: group.id } });
    await expect(again).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
