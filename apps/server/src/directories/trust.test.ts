import { routes } from '@carrel/contract';
import { type SambaDomain, sambaPassword, startSambaDomain } from '@carrel/directory/testing/ldap';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  addTestWorkspace,
  databaseKinds,
  enrolTestDevice,
  inventory,
  startTestServer,
  type TestServer,
} from '../testing/index.ts';

const undo = new AsyncDisposableStack();
let corp: SambaDomain;
let lab: SambaDomain;
beforeAll(async () => {
  [corp, lab] = await Promise.all([startSambaDomain('corp'), startSambaDomain('lab')]);
  undo.use(corp);
  undo.use(lab);
});
afterAll(() => undo.disposeAsync());

const policyIntervalMs = 15 * 60_000;

describe.each(databaseKinds)('two domains on %s', (kind) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer(kind);
    for (const domain of [corp, lab]) {
      await server.administrator.call(routes.createDirectory, { body: domain.settings() });
    }
  });
  afterAll(() => server[Symbol.asyncDispose]());
  const name = (plain: string): string => `${plain}-${kind}`;

  it('keep people of the same name apart, who say which domain they mean', async () => {
    for (const domain of [corp, lab]) await domain.addUser(name('ada'));
    const ids = new Set<string>();
    for (const given of [`CORP\\${name('ada')}`, `${name('ada')}@lab.example`]) {
      const client = server.connection.as(await server.signIn(given, sambaPassword));
      ids.add((await client.call(routes.getSession, {})).user.id);
    }
    expect(ids.size).toBe(2);
    await expect(server.signIn(name('ada'), sambaPassword)).rejects.toMatchObject({ code: 'SIGN_IN_FAILED' });
    await lab.addUser(name('only'));
    expect(await server.signIn(name('only'), sambaPassword)).toHaveLength(43);
  });

  it('grant to people of the other by groups across the trust, and keep that while the other is silent', async () => {
    const person = await lab.addUser(name('guest'));
    const inner = await corp.addGroup(name('guests'), [`<SID=${await lab.securityIdOf(person)}>`]);
    await corp.addGroup(name('all'), [inner]);
    const { administrator } = server;
    const { items } = await administrator.call(routes.listDirectories, {});
    const params = { directoryId: items.find((one) => one.name === 'corp')?.id ?? '' };
    const query = { search: name('all'), kind: 'group' as const };
    const found = await administrator.call(routes.searchDirectory, { params, query });
    const { principalId } = await administrator.call(routes.importPrincipal, {
      params,
      body: { kind: 'group', externalId: found.items[0]?.externalId ?? '' },
    });
    const { workspace } = await addTestWorkspace(server, name('desk'));
    await administrator.call(routes.putAssignment, {
      params: { workspaceId: workspace.id },
      body: { principal: { kind: 'group', id: principalId ?? '' } },
    });
    const { client } = await enrolTestDevice(server);
    const body = { userName: `LAB\\${name('guest')}`, password: sambaPassword };
    const { userGrant } = await client.call(routes.signInAtDevice, { body });
    const leases = async (): Promise<number> => {
      server.clock.advance(policyIntervalMs);
      const report = { inventory, workspaces: [], userGrants: [userGrant] };
      const [user] = (await client.call(routes.syncDevice, { body: report })).users;
      return user?.outcome === 'granted' ? user.leases.length : -1;
    };
    expect(await leases()).toBe(1);
    await corp.stop();
    expect(await leases()).toBe(1);
    await corp.start();
    await corp.set(inner, 'member', []);
    expect(await leases()).toBe(0);
  });
});
