import { type DirectoryConnection, routes } from '@carrel/contract';
import { type OpenLdap, startOpenLdap } from '@carrel/directory/testing/ldap';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addTestWorkspace, databaseKinds, startTestServer, type TestServer } from '../testing/index.ts';

let ldap: OpenLdap;
beforeAll(async () => {
  const base = 'dc=staff,dc=example';
  const people = Array.from(
    { length: 12 },
    (_, index) =>
      `dn: uid=person${index},${base}\nobjectClass: inetOrgPerson\nuid: person${index}\ncn: Person ${index}\nsn: x\nuserPassword: secret\n\n`,
  );
  const group = `dn: cn=crew,${base}\nobjectClass: groupOfNames\ncn: crew\nmember: uid=person3,${base}\n\n`;
  ldap = await startOpenLdap('staff', [...people, group].join(''));
});
afterAll(() => ldap[Symbol.asyncDispose]());

describe.each(databaseKinds)('directories on %s', (kind) => {
  let server: TestServer;
  let staff: DirectoryConnection;
  beforeAll(async () => {
    server = await startTestServer(kind);
    staff = await server.administrator.call(routes.createDirectory, { body: ldap.settings() });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const params = () => ({ directoryId: staff.id });
  const content = () => {
    const { bindPassword, ...rest } = ldap.settings();
    return { rest, bindPassword };
  };
  const change = (body: object, revision = staff.revision) => {
    const { rest } = content();
    return server.administrator.call(routes.changeDirectory, {
      params: params(),
      revision,
      body: { ...rest, ...body },
    });
  };

  it('tell everything but the password, which only the master key opens', async () => {
    const { items } = await server.administrator.call(routes.listDirectories, {});
    const { queries } = server.services.database;
    const stored = [
      await queries.selectFrom('directories').selectAll().execute(),
      await queries.selectFrom('auditEntries').selectAll().execute(),
    ];
    const { bindPassword } = content();
    const text = JSON.stringify([items, stored]);
    expect(text).toContain('createDirectory');
    expect(text).not.toContain(bindPassword);
    expect(text).not.toContain(Buffer.from(bindPassword).toString('base64url'));
  });

  it('have a name of their own', async () => {
    const again = server.administrator.call(routes.createDirectory, {
      body: ldap.settings({ name: 'STAFF' }),
    });
    await expect(again).rejects.toMatchObject({ code: 'NAME_TAKEN' });
  });

  it('are changed on top of what was read only', async () => {
    const changed = await change({ trustWithoutContactHours: 48 });
    expect(changed).toMatchObject({ trustWithoutContactHours: 48, revision: staff.revision + 1 });
    await expect(change({}, staff.revision)).rejects.toMatchObject({ code: 'DIRECTORY_CHANGED' });
    staff = changed;
  });

  it('send a kept password nowhere new: other servers, authorities and accounts need it again', async () => {
    const elsewhere = [{ host: '127.0.0.1', port: 636, security: 'tls' as const }];
    for (const body of [{ servers: elsewhere }, { certificateAuthority: null }, { bindDn: 'cn=other' }]) {
      await expect(change(body)).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    }
    staff = await change({ trustWithoutContactHours: 24 });
  });

  it('are tested as they are, and before they are added', async () => {
    const person = { userName: 'person3', password: 'secret' };
    const works = await server.administrator.call(routes.testDirectory, { params: params(), body: person });
    expect(works.isWorking).toBe(true);
    expect(works.steps.map((step) => step.outcome)).toEqual(Array.from({ length: 8 }, () => 'ok'));
    const wrong = await server.administrator.call(routes.testNewDirectory, {
      body: { directory: { ...ldap.settings(), bindPassword: 'wrong' } },
    });
    const failed = wrong.steps.filter((step) => step.outcome === 'failed');
    expect(failed).toMatchObject([{ step: 'bind', code: 'DIRECTORY_BIND_REFUSED' }]);
  });

  it('are searched, a few at a time, and tell who is known here already', async () => {
    const search = (query: { search: string; kind?: 'user' | 'group'; limit?: number }) =>
      server.administrator.call(routes.searchDirectory, { params: params(), query });
    const some = await search({ search: 'person', limit: 5 });
    expect([some.items.length, some.isCut]).toEqual([5, true]);
    const [found] = (await search({ search: 'person 7' })).items;
    expect(found).toMatchObject({
      name: 'person7@staff.example',
      displayName: 'Person 7',
      principalId: null,
    });
    const imported = await server.administrator.call(routes.importPrincipal, {
      params: params(),
      body: { kind: 'user', externalId: found?.externalId ?? '' },
    });
    expect((await search({ search: 'person 7' })).items[0]?.principalId).toBe(imported.principalId);
    const missing = server.administrator.call(routes.importPrincipal, {
      params: params(),
      body: { kind: 'group', externalId: found?.externalId ?? '' },
    });
    await expect(missing).rejects.toMatchObject({ code: 'DIRECTORY_ENTRY_MISSING' });
  });

  it('let nobody in while they are switched off', async () => {
    staff = await change({ isEnabled: false });
    await expect(server.signIn('person5', 'secret')).rejects.toMatchObject({ code: 'SIGN_IN_FAILED' });
    const search = server.administrator.call(routes.searchDirectory, {
      params: params(),
      query: { search: 'person' },
    });
    await expect(search).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
    staff = await change({ isEnabled: true });
    expect(await server.signIn('person5', 'secret')).toHaveLength(43);
  });

  it('keep what is theirs: names and passwords are not changed here, members of groups neither', async () => {
    const { items } = await server.administrator.call(routes.listUsers, { query: { search: 'person5' } });
    const userId = items[0]?.id ?? '';
    for (const body of [{ displayName: 'X' }, { password: 'a new password' }, { mustChangePassword: true }]) {
      const changing = server.administrator.call(routes.changeUser, { params: { userId }, body });
      await expect(changing).rejects.toMatchObject({ code: 'KEPT_ELSEWHERE' });
    }
    const client = server.connection.as(await server.signIn('person5', 'secret'));
    const own = client.call(routes.changeOwnPassword, {
      body: { oldPassword: 'secret', newPassword: 'a new password' },
    });
    await expect(own).rejects.toMatchObject({ code: 'KEPT_ELSEWHERE' });
    const { items: groups } = await server.administrator.call(routes.searchDirectory, {
      params: params(),
      query: { search: 'crew', kind: 'group' },
    });
    const { principalId } = await server.administrator.call(routes.importPrincipal, {
      params: params(),
      body: { kind: 'group', externalId: groups[0]?.externalId ?? '' },
    });
    const members = server.administrator.call(routes.setGroupMembers, {
      params: { groupId: principalId ?? '' },
      body: { userIds: [userId], groupIds: [] },
    });
    await expect(members).rejects.toMatchObject({ code: 'KEPT_ELSEWHERE' });
  });

  it('go with their people, groups and what was granted to them', async () => {
    const client = server.connection.as(await server.signIn('person9', 'secret'));
    const { user } = await client.call(routes.getSession, {});
    const { workspace } = await addTestWorkspace(server, 'of-the-staff');
    const assigned = { workspaceId: workspace.id };
    await server.administrator.call(routes.putAssignment, {
      params: assigned,
      body: { principal: { kind: 'user', id: user.id } },
    });
    await server.administrator.call(routes.deleteDirectory, { params: params() });
    const left = await server.administrator.call(routes.listUsers, { query: { search: 'person' } });
    expect(left.items).toEqual([]);
    const assignments = await server.administrator.call(routes.listAssignments, { params: assigned });
    expect(assignments.items).toEqual([]);
    await expect(client.call(routes.getSession, {})).rejects.toMatchObject({ code: 'SIGN_IN_REQUIRED' });
    await expect(server.signIn('person9', 'secret')).rejects.toMatchObject({ code: 'SIGN_IN_FAILED' });
  });
});
