import { type ApiClient, type DirectoryConnection, routes, type Workspace } from '@carrel/contract';
import { type SambaDomain, sambaPassword, startSambaDomain } from '@carrel/directory/testing/ldap';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  addTestWorkspace,
  databaseKinds,
  enrolTestDevice,
  inventory,
  startTestServer,
  type TestDevice,
  type TestServer,
} from '../testing/index.ts';

let domain: SambaDomain;
beforeAll(async () => {
  domain = await startSambaDomain();
});
afterAll(() => domain[Symbol.asyncDispose]());

const policyIntervalMs = 15 * 60_000;
const hourMs = 3_600_000;

describe.each(databaseKinds)('people of a Samba domain on %s', (kind) => {
  let server: TestServer;
  let administrator: ApiClient;
  let corp: DirectoryConnection;
  let device: TestDevice;
  let workspace: Workspace;
  const name = (plain: string): string => `${plain}-${kind}`;

  beforeAll(async () => {
    server = await startTestServer(kind);
    corp = await server.administrator.call(routes.createDirectory, { body: domain.settings() });
    device = await enrolTestDevice(server);
    ({ workspace } = await addTestWorkspace(server, name('desk')));
  });
  afterAll(() => server[Symbol.asyncDispose]());
  const signInAdministrator = async (): Promise<void> => {
    administrator = server.connection.as(await server.signIn('admin', server.administratorPassword));
  };
  beforeEach(async () => {
    // New windows for the limits on sign-ins; sessions end while tests set the clock ahead.
    server.clock.advance(61_000);
    await signInAdministrator();
  });

  const params = () => ({ directoryId: corp.id });
  const signIn = (userName: string, password = sambaPassword) => server.signIn(userName, password);
  const signInAtDevice = (userName: string, password = sambaPassword) =>
    device.client.call(routes.signInAtDevice, { body: { userName, password } });
  const importGroup = async (text: string): Promise<string> => {
    const query = { search: text, kind: 'group' as const };
    const { items } = await administrator.call(routes.searchDirectory, { params: params(), query });
    const body = { kind: 'group' as const, externalId: items[0]?.externalId ?? '' };
    const { principalId } = await administrator.call(routes.importPrincipal, { params: params(), body });
    return principalId ?? '';
  };
  const grant = (id: string) =>
    administrator.call(routes.putAssignment, {
      params: { workspaceId: workspace.id },
      body: { principal: { kind: 'group', id } },
    });
  const sync = async (userGrant: string) => {
    const { users } = await device.client.call(routes.syncDevice, {
      body: { inventory, workspaces: [], userGrants: [userGrant] },
    });
    const [user] = users;
    return user?.outcome === 'granted' ? user.leases.length : (user?.reason ?? 'nothing');
  };

  it('stands at places that a plan can begin with', async () => {
    const { items } = await administrator.call(routes.listDirectorySites, { params: params() });
    expect(items.map((site) => site.name)).toContain('Default-First-Site-Name');
  });

  it('sign in by principal name, down-level name and plain name, as one and the same', async () => {
    await domain.addUser(name('ada'), { displayName: 'Ada Lovelace' });
    const ids = new Set<string>();
    for (const given of [`${name('ada')}@corp.example`, `corp\\${name('ada')}`, name('ADA')]) {
      const client = server.connection.as(await signIn(given));
      const { user } = await client.call(routes.getSession, {});
      expect(user).toMatchObject({ source: 'ldap', directoryId: corp.id, displayName: 'Ada Lovelace' });
      expect(user.userName).toBe(`${name('ada')}@corp.example`);
      ids.add(user.id);
    }
    expect(ids.size).toBe(1);
    for (const wrong of [`OTHER\\${name('ada')}`, `${name('ada')}@other.example`, name('nobody')]) {
      await expect(signIn(wrong)).rejects.toMatchObject({ code: 'SIGN_IN_FAILED' });
    }
    await expect(signIn(name('ada'), 'wrong')).rejects.toMatchObject({ code: 'SIGN_IN_FAILED' });
  });

  it('get a workspace by a group inside a group, and lose it with the next contact after they left', async () => {
    const person = await domain.addUser(name('grace'));
    const inner = await domain.addGroup(name('inner'), [person]);
    await domain.addGroup(name('outer'), [inner]);
    await grant(await importGroup(name('outer')));
    const { userGrant } = await signInAtDevice(`CORP\\${name('grace')}`);
    expect(await sync(userGrant)).toBe(1);
    await domain.set(inner, 'member', []);
    server.clock.advance(policyIntervalMs);
    expect(await sync(userGrant)).toBe(0);
    await domain.set(inner, 'member', [person]);
    server.clock.advance(policyIntervalMs);
    expect(await sync(userGrant)).toBe(1);
  });

  it('are members at once of a group that an administrator makes known after they signed in', async () => {
    const person = await domain.addUser(name('early'));
    await domain.addGroup(name('late'), [person]);
    const { userGrant } = await signInAtDevice(name('early'));
    expect(await sync(userGrant)).toBe(0);
    await grant(await importGroup(name('late')));
    expect(await sync(userGrant)).toBe(1);
  });

  it('are refused at the next contact when they are disabled there, and welcome when they are enabled', async () => {
    const person = await domain.addUser(name('leaver'));
    const { userGrant } = await signInAtDevice(name('leaver'));
    const client = server.connection.as(await signIn(name('leaver')));
    await domain.set(person, 'userAccountControl', ['514']);
    await expect(signIn(name('leaver'))).rejects.toMatchObject({ code: 'SIGN_IN_FAILED' });
    server.clock.advance(policyIntervalMs);
    expect(await sync(userGrant)).toBe('disabled');
    await expect(client.call(routes.getSession, {})).rejects.toMatchObject({ code: 'SIGN_IN_REQUIRED' });
    await domain.set(person, 'userAccountControl', ['512']);
    server.clock.advance(policyIntervalMs);
    expect(await sync(userGrant)).toBe(0);
  });

  it('stay disabled when an administrator here disabled them, whatever the directory says', async () => {
    await domain.addUser(name('banned'));
    const { userGrant, userId } = await signInAtDevice(name('banned'));
    await administrator.call(routes.changeUser, { params: { userId }, body: { isDisabled: true } });
    server.clock.advance(policyIntervalMs);
    expect(await sync(userGrant)).toBe('disabled');
    await expect(signIn(name('banned'))).rejects.toMatchObject({ code: 'SIGN_IN_FAILED' });
  });

  it('keep their account when they are renamed, and lose it when they are deleted', async () => {
    const person = await domain.addUser(name('maiden'));
    const { userGrant, userId } = await signInAtDevice(name('maiden'));
    await domain.set(person, 'userPrincipalName', [`${name('married')}@corp.example`]);
    const renamed = await domain.rename(person, name('Married'));
    server.clock.advance(policyIntervalMs);
    expect(await sync(userGrant)).toBe(0);
    const again = await signInAtDevice(`${name('married')}@corp.example`);
    expect(again).toMatchObject({ userId, userName: `${name('married')}@corp.example` });
    await domain.remove(renamed);
    server.clock.advance(policyIntervalMs);
    expect(await sync(again.userGrant)).toBe('disabled');
  });

  it('who must change their password or whose account is over are refused, and hear only what they may', async () => {
    const person = await domain.addUser(name('new'));
    await domain.set(person, 'pwdLastSet', ['0']);
    await expect(signIn(name('new'))).rejects.toMatchObject({ code: 'PASSWORD_CHANGE_REQUIRED' });
    await expect(signIn(name('new'), 'wrong')).rejects.toMatchObject({ code: 'SIGN_IN_FAILED' });
    const former = await domain.addUser(name('former'));
    // 2020, in units of 100 ns since 1601.
    await domain.set(former, 'accountExpires', ['132223104000000000']);
    await expect(signIn(name('former'))).rejects.toMatchObject({ code: 'SIGN_IN_FAILED' });
  });

  it('are locked here after wrong passwords, before a guess could lock them out there', async () => {
    await domain.addUser(name('target'));
    for (let time = 0; time < 5; time += 1) {
      await expect(signIn(name('target'), `guess ${time}`)).rejects.toMatchObject({ code: 'SIGN_IN_FAILED' });
    }
    await expect(signIn(name('target'))).rejects.toMatchObject({ code: 'SIGN_IN_FAILED' });
    server.clock.advance(16 * 60_000);
    expect(await signIn(name('target'))).toHaveLength(43);
  });

  it('never come to the account of somebody else of their name', async () => {
    const namesake = await domain.addUser('admin');
    await expect(signIn('admin')).rejects.toMatchObject({ code: 'SIGN_IN_FAILED' });
    await domain.remove(namesake);
    const body = { userName: `${name('twin')}@corp.example`, password: 'a built-in password' };
    const builtIn = await administrator.call(routes.createUser, { body });
    await domain.addUser(name('twin'));
    const client = server.connection.as(await signIn(`CORP\\${name('twin')}`));
    const { user } = await client.call(routes.getSession, {});
    expect(user.id).not.toBe(builtIn.id);
    expect(user.userName).toBe(`${name('twin')}@corp.example~2`);
  });

  it('are found by no name that means something in a filter', async () => {
    for (const attack of [
      '*',
      'a*',
      `${name('ada')})(objectClass=*`,
      '*)(|(cn=*',
      String.raw`\2a`,
      '(',
      ')',
      '&',
      '|',
    ]) {
      await expect(signIn(attack)).rejects.toMatchObject({ code: 'SIGN_IN_FAILED' });
      await expect(signIn(`CORP\\${attack}`)).rejects.toMatchObject({ code: 'SIGN_IN_FAILED' });
      server.clock.advance(61_000);
    }
    const query = { search: '*', kind: 'user' as const };
    const { items } = await administrator.call(routes.searchDirectory, { params: params(), query });
    expect(items).toEqual([]);
  });

  it('go on with what was last learned while the directory is down, for as long as it may count', async () => {
    const person = await domain.addUser(name('offline'));
    await domain.addGroup(name('travellers'), [person]);
    await grant(await importGroup(name('travellers')));
    const { userGrant } = await signInAtDevice(name('offline'));
    await domain.stop();
    try {
      server.clock.advance(policyIntervalMs);
      expect(await sync(userGrant)).toBe(1);
      await expect(signIn(name('offline'))).rejects.toMatchObject({ code: 'DIRECTORY_UNREACHABLE' });
      const shown = await administrator.call(routes.getDirectory, { params: params() });
      expect(shown.lastFailure).toMatchObject({ code: 'DIRECTORY_UNREACHABLE' });
      server.clock.advance(corp.trustWithoutContactHours * hourMs);
      expect(await sync(userGrant)).toBe('signed-out');
      await signInAdministrator();
    } finally {
      await domain.start();
    }
    server.clock.advance(policyIntervalMs);
    expect(await sync(userGrant)).toBe(1);
    await signInAdministrator();
    const shown = await administrator.call(routes.getDirectory, { params: params() });
    expect(shown.lastFailure).toBeNull();
    const events = await administrator.call(routes.listEvents, { query: { limit: 50 } });
    const codes = events.items.map((event) => event.code).filter((code) => code.startsWith('DIRECTORY'));
    expect(codes).toEqual(['DIRECTORY-002', 'DIRECTORY-001']);
  });

  it('can be asked for at the second address when the first is gone', async () => {
    await domain.addUser(name('failover'));
    const servers = domain.addresses.map((host) => ({ host, port: 636, security: 'tls' as const }));
    const { bindPassword, ...content } = domain.settings({ servers });
    corp = await administrator.call(routes.changeDirectory, {
      params: params(),
      revision: corp.revision,
      body: { ...content, bindPassword },
    });
    expect(await signIn(name('failover'))).toHaveLength(43);
    await domain.stop();
    await domain.start(domain.addresses[1]);
    try {
      expect(await signIn(name('failover'))).toHaveLength(43);
    } finally {
      await domain.stop();
      await domain.start();
    }
  });
});
