import { instanceSettings, routes, type SettingDefinition, settingNameSchema } from '@carrel/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseKinds, startTestServer, type TestServer, testPassword } from '../testing/index.ts';
import { readIntervals, readSettings } from './settings.ts';

describe('the settings of an instance', () => {
  it('all have a standard value that they may have', () => {
    const all: [string, SettingDefinition][] = Object.entries(instanceSettings);
    for (const [name, { schema, standard }] of all) expect(schema.parse(standard), name).toEqual(standard);
  });
});

describe.each(databaseKinds)('settings on %s', (kind) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer(kind);
  });
  afterAll(() => server[Symbol.asyncDispose]());
  const set = (settingName: 'contact.policySeconds' | 'images.allowedRegistries', value: number | string[]) =>
    server.administrator.call(routes.setSetting, { params: { settingName }, body: { value } });

  it('have their standard values until they are set, and again after', async () => {
    const { queries } = server.services.database;
    expect((await readIntervals(queries)).policySeconds).toBe(900);
    expect(await set('contact.policySeconds', 300)).toMatchObject({ value: 300, isStandard: false });
    expect(await readIntervals(queries)).toEqual({
      policySeconds: 300,
      imageSeconds: 14_400,
      eventSeconds: 60,
    });
    const { items } = await server.administrator.call(routes.listSettings, {});
    expect(items.map(({ name }) => name)).toEqual(Object.keys(instanceSettings));
    expect(items.filter(({ isStandard }) => !isStandard).map(({ name }) => name)).toEqual([
      'contact.policySeconds',
    ]);
    const params = { settingName: 'contact.policySeconds' as const };
    expect(await server.administrator.call(routes.resetSetting, { params })).toMatchObject({
      value: 900,
      isStandard: true,
    });
    expect((await readIntervals(queries)).policySeconds).toBe(900);
  });

  it('refuse what they may not be, and stay as they were', async () => {
    for (const value of [0, 1.5, 86_401]) {
      await expect(set('contact.policySeconds', value)).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    }
    await expect(set('images.allowedRegistries', ['http://registry.example/'])).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
    });
    const values = await readSettings(server.services.database.queries, ['images.allowedRegistries']);
    expect(values).toEqual({ 'images.allowedRegistries': null });
  });

  it('lock accounts as early, and for as long, as they say', async () => {
    const values = { 'signIn.failuresBeforeLock': 2, 'signIn.lockMinutes': 3 } as const;
    for (const [name, value] of Object.entries(values)) {
      const params = { settingName: settingNameSchema.parse(name) };
      await server.administrator.call(routes.setSetting, { params, body: { value } });
    }
    await server.addUser('ada');
    const signIn = (password: string) => server.signIn('ada', password);
    for (let tries = 0; tries < 2; tries += 1) await expect(signIn('a wrong one')).rejects.toThrow();
    await expect(signIn(testPassword)).rejects.toMatchObject({ code: 'SIGN_IN_FAILED' });
    server.clock.advance(3 * 60_000 + 1);
    await expect(signIn(testPassword)).resolves.toBeTypeOf('string');
  });

  it('tell the audit log what they were and became', async () => {
    await set('images.allowedRegistries', ['registry.example:5000']);
    const { items } = await server.administrator.call(routes.listAudit, { query: { limit: 1 } });
    expect(items[0]).toMatchObject({
      action: 'setSetting',
      target: 'images.allowedRegistries',
      details: { before: null, after: ['registry.example:5000'] },
    });
  });
});
