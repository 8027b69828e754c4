import { routes } from '@carrel/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseKinds, startTestServer, type TestServer, testPassword } from '../testing/index.ts';

describe.each(databaseKinds)('plans on %s', (kind) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer(kind);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const documentOf = (name: string, users = 100) => ({
    format: 1,
    name,
    description: 'for a test',
    locations: [{ name: 'Berlin', users }],
  });
  const create = (name: string) =>
    server.administrator.call(routes.createPlan, { body: { document: documentOf(name) } });
  const save = (planId: string, revision: number, name: string, users: number) =>
    server.administrator.call(routes.changePlan, {
      params: { planId },
      body: { document: documentOf(name, users) },
      revision,
    });

  it('are kept, listed without what is in them, and read again', async () => {
    const made = await create('first');
    expect(made).toMatchObject({ name: 'first', description: 'for a test', revision: 1, createdBy: 'admin' });
    const { items } = await server.administrator.call(routes.listPlans, { query: { name: 'FIRST' } });
    const { document, ...summary } = made;
    expect(items).toEqual([summary]);
    expect(document).toMatchObject(documentOf('first'));
    // What was left out has the planner's defaults.
    expect(document).toMatchObject({ profile: 'carrel', locations: [{ lanMbitPerSecond: 1000 }] });
    const params = { planId: made.id };
    expect(await server.administrator.call(routes.getPlan, { params })).toEqual(made);
  });

  it('may be drafts that make no design, but have the shape of a plan, said field by field', async () => {
    const draft = await server.administrator.call(routes.createPlan, {
      body: { document: { name: 'draft' } },
    });
    expect(draft.document).toMatchObject({ locations: [], workspaces: [] });
    const document = { ...documentOf('shapeless', -1), colour: 'blue' };
    const shapeless = server.administrator.call(routes.createPlan, { body: { document } });
    await expect(shapeless).rejects.toMatchObject({
      code: 'PLAN_INVALID',
      httpStatus: 422,
      details: { count: 2, faults: [{ field: 'locations[0].users' }, { field: 'colour' }] },
    });
  });

  it('come in pages by name', async () => {
    for (const name of ['page b', 'page a', 'Page c']) await create(name);
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const query = cursor === undefined ? { limit: 1 } : { limit: 1, cursor };
      const page = await server.administrator.call(routes.listPlans, { query });
      names.push(...page.items.map(({ name }) => name));
      cursor = page.next;
    } while (cursor !== undefined);
    expect(names.filter((name) => name.toLowerCase().startsWith('page'))).toEqual([
      'page a',
      'page b',
      'Page c',
    ]);
  });

  it('cannot be saved over a change of somebody else, which is told', async () => {
    const { id } = await create('contended');
    const saved = await save(id, 1, 'contended', 120);
    expect(saved).toMatchObject({ revision: 2, updatedBy: 'admin' });
    await expect(save(id, 1, 'contended', 90)).rejects.toMatchObject({
      code: 'PLAN_CHANGED',
      httpStatus: 412,
      details: {
        author: 'admin',
        currentVersion: 2,
        changes: [{ field: 'locations[Berlin].users', before: '100', after: '120' }],
      },
    });
  });

  it('let exactly one of many savers at once through', async () => {
    const { id } = await create('raced');
    const outcomes = await Promise.allSettled([1, 2, 3, 4, 5].map((users) => save(id, 1, 'raced', users)));
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
  });

  it('have names of their own, also as copies', async () => {
    const { id } = await create('Original');
    const clone = (name: string) =>
      server.administrator.call(routes.clonePlan, { params: { planId: id }, body: { name } });
    await expect(clone('ORIGINAL')).rejects.toMatchObject({ code: 'NAME_TAKEN' });
    const copy = await clone('Copy');
    expect(copy).toMatchObject({ name: 'Copy', revision: 1, document: documentOf('Copy') });
    await expect(save(id, 1, 'copy', 1)).rejects.toMatchObject({ code: 'NAME_TAKEN' });
    await server.administrator.call(routes.deletePlan, { params: { planId: id } });
    const gone = server.administrator.call(routes.getPlan, { params: { planId: id } });
    await expect(gone).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(save(id, 1, 'Original', 1)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('keep the latest twenty revisions to compare with', async () => {
    const { id } = await create('revised');
    for (let revision = 1; revision <= 22; revision += 1) await save(id, revision, 'revised', revision);
    await expect(save(id, 3, 'revised', 0)).rejects.toMatchObject({
      details: { changes: [{ field: 'locations[Berlin].users' }] },
    });
    await expect(save(id, 2, 'revised', 0)).rejects.toMatchObject({ details: { changes: [] } });
  });

  it('are audited, what was refused too', async () => {
    const { id } = await create('audited');
    await save(id, 1, 'audited', 7);
    await server.addUser('reader', ['read-only']);
    const reader = server.connection.as(await server.signIn('reader', testPassword));
    await expect(reader.call(routes.deletePlan, { params: { planId: id } })).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
    });
    expect((await reader.call(routes.getPlan, { params: { planId: id } })).name).toBe('audited');
    const { items } = await server.administrator.call(routes.listAudit, { query: { limit: 10 } });
    expect(items.find(({ action }) => action === 'changePlan')).toMatchObject({
      target: 'audited',
      details: { id, revision: 2, changes: ['locations[Berlin].users'] },
    });
    expect(items.find(({ action }) => action === 'deletePlan')).toMatchObject({ outcome: 'denied' });
  });
});
