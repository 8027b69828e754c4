import { type ApiClient, permissionsOf, type RoleName, type Route, roles, routes } from '@carrel/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outcomeOf } from '../attacks/testing/call-anything.ts';
import { databaseKinds, enrolTestDevice, startTestServer, type TestServer } from '../testing/index.ts';

/** Whom every route is tried as. */
const callers = [
  'anonymous',
  'nobody in particular',
  ...(Object.keys(roles) as RoleName[]),
  'device',
] as const;
type CallerName = (typeof callers)[number];

/** Refusals that come before anything is parsed or loaded. */
const refusals = new Set(['SIGN_IN_REQUIRED', 'PERMISSION_DENIED', 'DEVICE_PROOF_INVALID']);

function mayCall(caller: CallerName, { access }: Route): boolean {
  switch (access.kind) {
    case 'public':
      return true;
    case 'device':
      return caller === 'device';
    case 'signed-in':
      return caller !== 'anonymous' && caller !== 'device';
    case 'permission':
      return Object.hasOwn(roles, caller) && permissionsOf([caller as RoleName]).has(access.permission);
  }
}

describe.each(databaseKinds)('who may call what on %s', (kind) => {
  let server: TestServer;
  const clients = new Map<CallerName, () => Promise<ApiClient>>();

  beforeAll(async () => {
    server = await startTestServer(kind);
    clients.set('anonymous', () => Promise.resolve(server.connection.client()));
    for (const role of [undefined, ...(Object.keys(roles) as RoleName[])]) {
      const userName = role ?? 'nobody';
      await server.addUser(userName, role === undefined ? [] : [role]);
      // A session each: one of the routes tried is signing out.
      clients.set(role ?? 'nobody in particular', async () => {
        server.clock.advance(61_000);
        return server.connection.as(await server.signIn(userName, 'a password for tests'));
      });
    }
    const device = await enrolTestDevice(server);
    clients.set('device', () => Promise.resolve(device.client));
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it.each(callers)('%s', async (caller) => {
    const client = await clients.get(caller)?.();
    if (!client) throw new Error('no such caller');
    const all = Object.values<Route>(routes).toSorted((a) => (a.id === 'signOut' ? 1 : -1));
    const outcomes = await Array.fromAsync(all, async (route) => ({
      route: route.id,
      isLetIn: !refusals.has(await outcomeOf(client, route)),
    }));
    const expected = all.map((route) => ({ route: route.id, isLetIn: mayCall(caller, route) }));
    expect(outcomes).toEqual(expected);
  });

  it('registers every route of the contract', async () => {
    const administrator = await clients.get('administrator')?.();
    if (!administrator) throw new Error('no administrator');
    for (const route of Object.values<Route>(routes)) {
      if (route.id === 'signOut') continue;
      const path = route.path.replaceAll(/\{\w+\}/g, 'x');
      const answer = await server.connection.send(path, { method: route.method });
      const text = await answer.text();
      expect(text, `${route.id} is served`).not.toContain(`${route.method} ${path}`);
    }
  });
});
