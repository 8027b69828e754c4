import { routes } from '@carrel/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseKinds, startTestServer, type TestServer } from '../testing/index.ts';
import { readSecret } from './secrets.ts';

describe.each(databaseKinds)('secrets of the instance on %s', (kind) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer(kind);
  });
  afterAll(() => server[Symbol.asyncDispose]());
  const put = (secretName: string, value: string) =>
    server.administrator.call(routes.putSecret, { params: { secretName }, body: { value } });
  const read = (name: string) =>
    readSecret(server.services.database.queries, server.services.instance.masterKey, name);

  it('are kept, replaced, listed without their values, and forgotten', async () => {
    await put('join-account', 'hunter2');
    await put('join-account', 'a newer päss\nword');
    await put('bind.example', 'other');
    expect(await read('join-account')).toBe('a newer päss\nword');
    const { items } = await server.administrator.call(routes.listSecrets, {});
    expect(items.map(({ name, updatedBy }) => [name, updatedBy])).toEqual([
      ['bind.example', 'admin'],
      ['join-account', 'admin'],
    ]);
    expect(JSON.stringify(items)).not.toContain('newer');
    await server.administrator.call(routes.deleteSecret, { params: { secretName: 'bind.example' } });
    await expect(read('bind.example')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(
      server.administrator.call(routes.deleteSecret, { params: { secretName: 'bind.example' } }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('are in neither the tables nor the audit log as they are', async () => {
    await put('client-secret', 'plain words');
    const { queries } = server.services.database;
    const stored = [
      await queries.selectFrom('secrets').selectAll().execute(),
      await queries.selectFrom('auditEntries').selectAll().execute(),
    ];
    expect(JSON.stringify(stored)).toContain('client-secret');
    expect(JSON.stringify(stored)).not.toContain('plain words');
    expect(JSON.stringify(stored)).not.toContain(Buffer.from('plain words').toString('base64url'));
  });

  it('cannot be passed off as one another by whoever writes to the database', async () => {
    await put('first', 'one');
    await put('second', 'two');
    const { queries } = server.services.database;
    const { wrappedValue } = await queries
      .selectFrom('secrets')
      .select('wrappedValue')
      .where('name', '=', 'first')
      .executeTakeFirstOrThrow();
    await queries.updateTable('secrets').set({ wrappedValue }).where('name', '=', 'second').execute();
    await expect(read('second')).rejects.toThrow();
  });
});
