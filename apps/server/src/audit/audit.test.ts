import { auditEntrySchema, routes } from '@carrel/contract';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseKinds, openTestDatabase, startTestServer, type TestServer } from '../testing/index.ts';
import { appendAudit, checkFollows } from './audit-chain.ts';
import { canonicalJson } from './canonical-json.ts';
import { verifyAudit } from './verify-audit.ts';

const entry = { actor: 'ada', action: 'test', target: 'x', outcome: 'done' as const, details: { n: 1 } };

describe.each(databaseKinds)('audit log on %s', (kind) => {
  it('numbers entries appended at once without gaps, and holds', async () => {
    await using database = await openTestDatabase(kind);
    const append = (n: number) =>
      database.transaction((transaction) => appendAudit(transaction, n, { ...entry, details: { n } }));
    await Promise.all(Array.from({ length: 30 }, (_, n) => append(n)));
    expect(await verifyAudit(database)).toMatchObject({ entryCount: 30 });
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

  it.each([
    ['two entries that changed places', 2],
    ['an entry put behind the last', 5],
    ['an entry that cannot be read', 3],
    ['the end cut off together with the head', 4],
  ])('notices %s', async (name, sequence) => {
    await using database = await openTestDatabase(kind);
    await fill(database);
    const known = await database.queries
      .selectFrom('auditEntries')
      .select(['sequence', 'hash'])
      .where('sequence', '=', 4)
      .executeTakeFirstOrThrow();
    for (const statement of tampering[name] ?? []) await sql.raw(statement).execute(database.queries);
    await expect(verifyAudit(database, known)).rejects.toMatchObject({
      code: 'AUDIT_DAMAGED',
      details: { sequence },
    });
  });

  const tampering: Readonly<Record<string, readonly string[]>> = {
    'two entries that changed places': [
      'UPDATE audit_entries SET sequence = 99 WHERE sequence = 2',
      'UPDATE audit_entries SET sequence = 2 WHERE sequence = 3',
      'UPDATE audit_entries SET sequence = 3 WHERE sequence = 99',
    ],
    'an entry put behind the last': [
      `INSERT INTO audit_entries (actor, action, target, outcome, details_json, hash, sequence, time)
         SELECT actor, action, target, outcome, details_json, hash, 5, time
         FROM audit_entries WHERE sequence = 4`,
    ],
    'an entry that cannot be read': [`UPDATE audit_entries SET details_json = '{' WHERE sequence = 3`],
    'the end cut off together with the head': [
      'DELETE FROM audit_entries WHERE sequence = 4',
      `UPDATE audit_head SET sequence = 3, hash = (SELECT hash FROM audit_entries WHERE sequence = 3)`,
    ],
  };

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

  it('shows entries by who, what and when, and how it ended', async () => {
    const { client, user } = await server.addUser('filtered');
    await expect(client.call(routes.listDevices, {})).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    const list = async (query: object) =>
      (await server.administrator.call(routes.listAudit, { query })).items.map(({ action }) => action);
    expect(await list({ actor: 'filtered', outcome: 'denied' })).toEqual(['listDevices']);
    expect(await list({ action: 'createUser', target: 'FILTER' })).toEqual(['createUser']);
    const future = new Date(server.clock.nowMs() + 60_000).toISOString();
    expect(await list({ since: future })).toEqual([]);
    expect(await list({ actor: 'filtered', until: future, since: user.createdAt })).toContain('signIn');
  });

  it('is exported as a whole, in a form that can be verified and one for spreadsheets', async () => {
    await server.administrator.call(routes.createGroup, { body: { name: '=cmd(), "quoted"' } });
    const read = async (query: object): Promise<string> =>
      new Response(await server.administrator.call(routes.exportAudit, { query })).text();
    const lines = (await read({})).trimEnd().split('\n');
    const entries = lines.map((line) => auditEntrySchema.parse(JSON.parse(line)));
    let previous = { sequence: 0, hash: '' };
    for (const each of entries) {
      checkFollows(previous, each);
      previous = each;
    }
    expect(entries.at(-1)).toMatchObject({ action: 'exportAudit', actor: 'admin' });
    const csv = await read({ format: 'csv', action: 'createGroup' });
    expect(csv).toMatch(/^sequence,time,actor,action,target,outcome,details,hash\r\n/);
    expect(csv).toContain(`,"'=cmd(), ""quoted""",done,`);
  });

  it('is verified on request, and says where it was altered', async () => {
    const verify = (query = {}) => server.administrator.call(routes.verifyAudit, { query });
    const whole = await verify();
    expect(whole).toMatchObject({ isWhole: true, damagedSequence: null });
    const seen = { sequence: whole.entryCount, hash: whole.headHash ?? '' };
    expect(await verify(seen)).toMatchObject({ isWhole: true });
    const other = { sequence: 2, hash: whole.headHash ?? '' };
    expect(await verify(other)).toMatchObject({ isWhole: false, damagedSequence: 2 });
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
