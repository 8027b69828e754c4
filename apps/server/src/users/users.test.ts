import { routes } from '@carrel/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  addTestWorkspace,
  databaseKinds,
  startTestServer,
  type TestServer,
  testPassword,
} from '../testing/index.ts';

describe.each(databaseKinds)('users on %s', (kind) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer(kind);
  });
  afterAll(() => server[Symbol.asyncDispose]());
  const create = (userName: string, displayName = userName) =>
    server.administrator.call(routes.createUser, { body: { userName, displayName, password: testPassword } });

  it('takes a name once, whatever its case', async () => {
    await create('Ada');
    await expect(create('aDA')).rejects.toMatchObject({ code: 'NAME_TAKEN', details: { name: 'aDA' } });
    const found = await server.administrator.call(routes.listUsers, { query: { userName: 'ADA' } });
    expect(found.items.map((user) => user.userName)).toEqual(['Ada']);
    expect(await server.signIn('ada', testPassword)).toHaveLength(43);
  });

  it('finds part of a user or display name, taking wildcards literally', async () => {
    await create('grace', 'Grace Hopper');
    await create('odd_name', '100% odd');
    const search = async (text: string): Promise<string[]> => {
      const page = await server.administrator.call(routes.listUsers, { query: { search: text } });
      return page.items.map((user) => user.userName);
    };
    expect(await search('HOPP')).toEqual(['grace']);
    expect(await search('0% o')).toEqual(['odd_name']);
    expect(await search('%')).toEqual(['odd_name']);
    expect(await search('_')).toEqual(['odd_name']);
    expect(await search("' OR 1=1 --")).toEqual([]);
  });

  it('pages through everybody by name without losing or doubling one', async () => {
    for (const name of ['p-3', 'P-1', 'p-2']) await create(name);
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const query = { search: 'p-', limit: 2, ...(cursor === undefined ? {} : { cursor }) };
      const page = await server.administrator.call(routes.listUsers, { query });
      names.push(...page.items.map((user) => user.userName));
      cursor = page.next;
    } while (cursor !== undefined);
    expect(names).toEqual(['P-1', 'p-2', 'p-3']);
    const wrong = server.administrator.call(routes.listUsers, { query: { cursor: 'nothing' } });
    await expect(wrong).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
  });

  it('never lets the last administrator go', async () => {
    const { items } = await server.administrator.call(routes.listUsers, { query: { userName: 'admin' } });
    const userId = items[0]?.id ?? '';
    const disable = (id: string) =>
      server.administrator.call(routes.changeUser, { params: { userId: id }, body: { isDisabled: true } });
    const remove = () => server.administrator.call(routes.deleteUser, { params: { userId } });
    await expect(disable(userId)).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
    await expect(remove()).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
    const { user: second } = await server.addUser('second', ['administrator']);
    await disable(second.id);
    await expect(remove()).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
  });

  it('deletes somebody with their sessions and what was granted to them', async () => {
    const { user, client } = await server.addUser('leaver');
    const { workspace } = await addTestWorkspace(server, 'of-the-leaver');
    const params = { workspaceId: workspace.id };
    const body = { principal: { kind: 'user' as const, id: user.id } };
    await server.administrator.call(routes.putAssignment, { params, body });
    await server.administrator.call(routes.deleteUser, { params: { userId: user.id } });
    await expect(client.call(routes.getSession, {})).rejects.toMatchObject({ code: 'SIGN_IN_REQUIRED' });
    expect((await server.administrator.call(routes.listAssignments, { params })).items).toEqual([]);
    const again = server.administrator.call(routes.deleteUser, { params: { userId: user.id } });
    await expect(again).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('answers with nothing secret', async () => {
    const answer = await server.administrator.call(routes.listUsers, {});
    expect(JSON.stringify(answer)).not.toMatch(/argon2|passwordHash|"password"/i);
  });
});
