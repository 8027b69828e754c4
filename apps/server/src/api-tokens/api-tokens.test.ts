import { type ApiClient, type Permission, routes } from '@carrel/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addTestWorkspace, databaseKinds, startTestServer, type TestServer } from '../testing/index.ts';

const dayMs = 86_400_000;

describe.each(databaseKinds)('API tokens on %s', (kind) => {
  let server: TestServer;
  let administrator: ApiClient;
  beforeAll(async () => {
    server = await startTestServer(kind);
    ({ administrator } = server);
  });
  afterAll(() => server[Symbol.asyncDispose]());
  beforeEach(() => {
    // A new window for the limit on sign-ins of this address.
    server.clock.advance(61_000);
  });
  const create = (client: ApiClient, permissions: Permission[], more: object = {}) =>
    client.call(routes.createToken, { body: { name: 'nightly', permissions, ...more } });
  const auditOf = async (action: string) => {
    const { items } = await administrator.call(routes.listAudit, { query: { limit: 50 } });
    return items.filter((entry) => entry.action === action);
  };

  it('is told once, recognisable, and kept as a hash', async () => {
    const made = await create(administrator, ['users.view']);
    expect(made.token).toMatch(/^crl_[\w-]{43}$/);
    const listed = await administrator.call(routes.listTokens, {});
    expect(JSON.stringify(listed)).not.toContain(made.token);
    expect(listed.items[0]).toMatchObject({
      id: made.id,
      name: 'nightly',
      state: 'active',
      userName: 'admin',
    });
    const rows = await server.services.database.queries.selectFrom('apiTokens').selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain(made.token.slice(4));
    expect(JSON.stringify(await auditOf('createToken'))).not.toContain(made.token);
  });

  it('does what its scope says and no more', async () => {
    const { token } = await create(administrator, ['users.view']);
    const script = server.connection.as(token);
    await script.call(routes.listUsers, {});
    await expect(script.call(routes.listAudit, {})).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    const { permissions } = await script.call(routes.getSession, {});
    expect(permissions).toEqual(['users.view']);
  });

  it('keeps to the workspaces it is confined to', async () => {
    const names = [`accounting-${kind}`, `design-${kind}`] as const;
    const { workspace } = await addTestWorkspace(server, names[0]);
    await addTestWorkspace(server, names[1]);
    const { token } = await create(administrator, ['workspaces.view'], { workspaceIds: [workspace.id] });
    const script = server.connection.as(token);
    const { items } = await script.call(routes.listWorkspaces, {});
    expect(items.map((item) => item.name)).toEqual([names[0]]);
    await expect(
      create(administrator, ['users.manage'], { workspaceIds: [workspace.id] }),
    ).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
  });

  it('remembers when and from where it was used', async () => {
    const { id, token } = await create(administrator, ['users.view']);
    await server.connection.as(token).call(routes.getSession, {});
    const { items } = await administrator.call(routes.listTokens, {});
    const used = items.find((item) => item.id === id);
    expect(used).toMatchObject({ lastAddress: '127.0.0.1' });
    expect(used?.lastUsedAt).not.toBeNull();
  });

  it('is refused after it was revoked, and the attempt recorded', async () => {
    const { id, token } = await create(administrator, ['users.view'], { name: 'lost' });
    const script = server.connection.as(token);
    await script.call(routes.listUsers, {});
    expect(await administrator.call(routes.revokeToken, { params: { tokenId: id } })).toMatchObject({
      state: 'revoked',
    });
    for (let tries = 0; tries < 3; tries += 1) {
      await expect(script.call(routes.listUsers, {})).rejects.toMatchObject({ code: 'TOKEN_REVOKED' });
    }
    expect((await auditOf('useToken')).filter((entry) => entry.target === 'lost')).toMatchObject([
      { actor: 'admin', outcome: 'denied', details: { tokenId: id, state: 'revoked', address: '127.0.0.1' } },
    ]);
  });

  it('lasts a year at most', async () => {
    await create(administrator, ['users.view'], { validForDays: 365 });
    await expect(create(administrator, ['users.view'], { validForDays: 366 })).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
    });
  });

  it('cannot do what its user may not, nor go on when the user loses it', async () => {
    const { user, client } = await server.addUser(`engineer-${kind}`, ['image-engineer']);
    await expect(create(client, ['audit.view'])).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    const { token } = await create(client, ['images.view']);
    await server.connection.as(token).call(routes.listImages, {});
    await server.connection.as(token).call(routes.getSession, {});
    const grants = await administrator.call(routes.listRoleGrants, { query: { principalId: user.id } });
    for (const { id } of grants.items) {
      await administrator.call(routes.deleteRoleGrant, { params: { roleGrantId: id } });
    }
    await expect(server.connection.as(token).call(routes.listImages, {})).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
    });
  });

  it('ends when its user is disabled', async () => {
    const { user, client } = await server.addUser(`leaver-${kind}`, ['read-only']);
    const { token } = await create(client, ['users.view']);
    await administrator.call(routes.changeUser, { params: { userId: user.id }, body: { isDisabled: true } });
    await expect(server.connection.as(token).call(routes.listUsers, {})).rejects.toMatchObject({
      code: 'SIGN_IN_REQUIRED',
    });
  });

  it('makes and revokes no tokens, and has no sessions', async () => {
    const { id, token } = await create(administrator, [
      'administrators.manage',
      'users.manage',
      'users.view',
    ]);
    const script = server.connection.as(token);
    const attempts = [
      () => create(script, ['users.view']),
      () => script.call(routes.revokeToken, { params: { tokenId: id } }),
      () => script.call(routes.listSessions, {}),
      () => script.call(routes.signOut, {}),
    ];
    for (const attempt of attempts) {
      await expect(attempt()).rejects.toMatchObject({ code: 'SESSION_REQUIRED' });
    }
  });

  it("stays its owner's, unless an administrator acts", async () => {
    const { user, client } = await server.addUser(`service-${kind}`, ['read-only']);
    const { client: stranger } = await server.addUser(`stranger-${kind}`, ['auditor']);
    const { id } = await create(client, ['users.view']);
    await expect(stranger.call(routes.revokeToken, { params: { tokenId: id } })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    expect((await auditOf('revokeToken'))[0]).toMatchObject({
      actor: `stranger-${kind}`,
      outcome: 'denied',
      target: id,
    });
    expect((await stranger.call(routes.listTokens, {})).items).toEqual([]);
    await expect(create(stranger, ['users.view'], { userId: user.id })).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
    });
    const forService = await create(administrator, ['users.view'], { userId: user.id });
    expect(forService).toMatchObject({ userName: `service-${kind}`, createdBy: 'admin' });
    const all = await administrator.call(routes.listAllTokens, { query: { userId: user.id } });
    expect(all.items.map((item) => item.id)).toEqual([forService.id, id]);
    expect(await administrator.call(routes.revokeToken, { params: { tokenId: id } })).toMatchObject({
      state: 'revoked',
    });
  });

  it('goes through all pages of a list', async () => {
    const { client } = await server.addUser(`many-${kind}`, ['read-only']);
    const made: string[] = [];
    for (let number = 0; number < 5; number += 1) made.unshift((await create(client, ['users.view'])).id);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const query = { limit: 2, ...(cursor === undefined ? {} : { cursor }) };
      const page = await client.call(routes.listTokens, { query });
      seen.push(...page.items.map((item) => item.id));
      cursor = page.next;
    } while (cursor !== undefined);
    expect(seen).toEqual(made);
  });

  it('is no token for what is made up', async () => {
    for (const token of ['crl_', 'crl_made-up', `crl_${'A'.repeat(43)}`]) {
      await expect(server.connection.as(token).call(routes.getSession, {})).rejects.toMatchObject({
        code: 'SIGN_IN_REQUIRED',
      });
    }
  });

  it('expires', async () => {
    const { token } = await create(administrator, ['users.view'], { validForDays: 1 });
    server.clock.advance(dayMs - 120_000);
    await server.connection.as(token).call(routes.getSession, {});
    server.clock.advance(120_000);
    await expect(server.connection.as(token).call(routes.getSession, {})).rejects.toMatchObject({
      code: 'TOKEN_EXPIRED',
    });
  });
});
