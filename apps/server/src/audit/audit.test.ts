import { routes } from '@carrel/contract';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseKinds, openTestDatabase, startTestServer, type TestServer } from '../testing/index.ts';
import { appendAudit } from './audit-chain.ts';
import { canonicalJson } from './canonical-json.ts';
import { verifyAudit } from './verify-audit.ts';

const entry = { actor: 'ada', action: 'test', target: 'x', outcome: 'done' as const, details: { n: 1 } };

describe.each(databaseKinds)('audit log on %s', (kind) => {
  it('numbers entries appended at once without gaps, and holds', async () => {
    await using database = await openTestDatabase(kind);
    const append = (n: number) =>
      database.transaction((transaction) => appendAudit(transaction, n, { ...entry, details: { n } }));
    await Promise.all(Array.from({ length: 30 }, (_, n) => append(n)));
    expect(await verifyAudit(database)).toBe(30);
  });

  it.each([
    ['a changed field', 2, (update: string) => `${update} SET actor = 'eve' WHERE sequence = 2`],
    ['changed details', 3, (update: string) => `${update} SET details_json = '{"n":2}' WHERE sequence = 3`],
    ['another time', 1, (update: string) => `${update} SET time = 5 WHERE sequence = 1`],
  ])('notices %s', async (_name, sequence, statement) => {
    await using database = await openTestDatabase(kind);
    await fill(database);
    await sql.raw(statement('UPDATE audit_entries')).execute(database.queries);
    await expect(verifyAudit(database)).rejects.toMatchObject({
      code: 'AUDIT_DAMAGED',
      details: { sequence },
    });
  });

  it.each([
    ['in the middle', 2],
    ['at the end', 4],
  ])('notices an entry taken out %s', async (_name, sequence) => {
    await using database = await openTestDatabase(kind);
    await fill(database);
    await database.queries.deleteFrom('auditEntries').where('sequence', '=', sequence).execute();
    await expect(verifyAudit(database)).rejects.toMatchObject({
      code: 'AUDIT_DAMAGED',
      details: { sequence },
    });
  });

  async function fill(database: Awaited<ReturnType<typeof openTestDatabase>>): Promise<void> {
    for (let n = 0; n < 4; n += 1) {
      await database.transaction((transaction) => appendAudit(transaction, n, entry));
    }
  }
});

describe.each(databaseKinds)('what is audited on %s', (kind) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer(kind);
  });
  afterAll(() => server[Symbol.asyncDispose]());
  const newest = async (count: number) =>
    (await server.administrator.call(routes.listAudit, { query: { limit: count } })).items;

  it('records changes, failures, refusals and wrong passwords, and never a secret', async () => {
    const { client } = await server.addUser('curious');
    await server.administrator.call(routes.createGroup, { body: { name: 'audited' } });
    const again = server.administrator.call(routes.createGroup, { body: { name: 'audited' } });
    await expect(again).rejects.toMatchObject({ code: 'NAME_TAKEN' });
    await expect(client.call(routes.listAudit, {})).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    await expect(server.signIn('curious', 'not-my-password')).rejects.toMatchObject({
      code: 'SIGN_IN_FAILED',
    });
    expect((await newest(5)).toReversed()).toMatchObject([
      { actor: 'curious', action: 'signIn', outcome: 'done' },
      { actor: 'admin', action: 'createGroup', target: 'audited', outcome: 'done' },
      { actor: 'admin', action: 'createGroup', outcome: 'failed', details: { code: 'NAME_TAKEN' } },
      { actor: 'curious', action: 'listAudit', outcome: 'denied', details: { code: 'PERMISSION_DENIED' } },
      { actor: 'curious', action: 'signIn', outcome: 'denied' },
    ]);
    expect(JSON.stringify(await newest(100))).not.toMatch(/not-my-password|argon2|a password for tests/);
    await verifyAudit(server.services.database);
  });

  it('lets strangers without a credential not fill the log', async () => {
    const [before] = await newest(1);
    await expect(server.connection.client().call(routes.listUsers, {})).rejects.toMatchObject({
      code: 'SIGN_IN_REQUIRED',
    });
    expect(await newest(1)).toEqual([before]);
  });

  it('keeps no change whose entry cannot be written', async () => {
    const { queries } = server.services.database;
    const head = await queries.selectFrom('auditHead').selectAll().executeTakeFirstOrThrow();
    await queries
      .updateTable('auditHead')
      .set({ sequence: head.sequence - 1 })
      .execute();
    const refused = server.administrator.call(routes.createGroup, { body: { name: 'unaudited' } });
    await expect(refused).rejects.toMatchObject({ code: 'INTERNAL' });
    await queries.updateTable('auditHead').set({ sequence: head.sequence }).execute();
    const { items } = await server.administrator.call(routes.listGroups, { query: { name: 'unaudited' } });
    expect(items).toEqual([]);
  });
});

it('spells equal values alike', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const shuffled = Object.fromEntries(Object.entries(value).toReversed());
      expect(canonicalJson(shuffled)).toBe(canonicalJson(value));
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
