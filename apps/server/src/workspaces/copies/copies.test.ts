import { routes, type WorkspaceFile, workspaceBundleSchema } from '@carrel/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  addTestImage,
  addTestWorkspace,
  databaseKinds,
  startTestServer,
  type TestServer,
} from '../../testing/index.ts';

describe.each(databaseKinds)('copies of workspaces on %s', (kind) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer(kind);
    await addTestImage(server, 'desktop');
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const call: TestServer['administrator']['call'] = (route, input) => server.administrator.call(route, input);
  const bundle = (...workspaces: object[]) =>
    workspaceBundleSchema.parse({ workspaces: workspaces.map((one) => ({ image: 'desktop', ...one })) });
  const importing = (workspaces: WorkspaceFile[], dryRun = false, basedOn?: object[]) =>
    call(routes.importWorkspaces, {
      query: { dryRun: String(dryRun) },
      body: { workspaces, ...(basedOn ? { basedOn } : {}) } as { workspaces: WorkspaceFile[] },
    });
  const find = async (name: string) => (await call(routes.listWorkspaces, { query: { name } })).items[0];
  const assigneesOf = async (workspaceId: string) =>
    (await call(routes.listAssignments, { params: { workspaceId } })).items
      .map((one) => one.principalName)
      .toSorted();
  const auditCount = async () =>
    (
      await server.services.database.queries
        .selectFrom('auditEntries')
        .select('sequence')
        .where('action', '=', 'importWorkspaces')
        .execute()
    ).length;

  it('takes the next free name, and a copy of a copy counts on', async () => {
    const { workspace } = await addTestWorkspace(server, 'office');
    const clone = (workspaceId: string, body: { name?: string; withAssignments?: boolean } = {}) =>
      call(routes.cloneWorkspace, { params: { workspaceId }, body });
    const second = await clone(workspace.id);
    const third = await clone(second.id);
    expect([second.name, third.name, (await clone(workspace.id)).name]).toEqual([
      'office - 2',
      'office - 3',
      'office - 4',
    ]);
    expect(third).toMatchObject({ revision: 1, policy: workspace.policy, imageId: workspace.imageId });
    await expect(clone(workspace.id, { name: 'OFFICE' })).rejects.toMatchObject({ code: 'NAME_TAKEN' });
    const long = await clone(workspace.id, { name: 'x'.repeat(100) });
    expect((await clone(long.id)).name).toBe(`${'x'.repeat(96)} - 2`);
  });

  it('goes to nobody unless that is asked for', async () => {
    const { workspace } = await addTestWorkspace(server, 'shared');
    const { user } = await server.addUser('copied');
    const params = { workspaceId: workspace.id };
    await call(routes.putAssignment, {
      params,
      body: { principal: { kind: 'user', id: user.id }, settings: { offlineLimitHours: 5 } },
    });
    const alone = await call(routes.cloneWorkspace, { params, body: {} });
    const whole = await call(routes.cloneWorkspace, { params, body: { withAssignments: true } });
    expect(await assigneesOf(alone.id)).toEqual([]);
    expect(await assigneesOf(whole.id)).toEqual(['copied']);
    const { items } = await call(routes.listRevisions, { params: { workspaceId: whole.id } });
    expect(items.map((entry) => entry.summary)).toEqual([
      'granted to user copied (settings.offlineLimitHours 168 → 5)',
      'Cloned from shared',
    ]);
  });

  it('can be taken out as a document and put back unchanged', async () => {
    const { workspace } = await addTestWorkspace(server, 'round trip');
    const { user } = await server.addUser('traveller');
    const group = await call(routes.createGroup, { body: { name: 'Travellers' } });
    for (const principal of [
      { kind: 'user' as const, id: user.id },
      { kind: 'group' as const, id: group.id },
    ]) {
      await call(routes.putAssignment, {
        params: { workspaceId: workspace.id },
        body: { principal, settings: { clipboard: 'to-workspace' } },
      });
    }
    const { workspaces } = await call(routes.exportWorkspaces, { query: { workspaceIds: workspace.id } });
    expect(workspaces).toMatchObject([
      {
        name: 'round trip',
        image: 'round trip',
        assignments: [
          { group: 'Travellers', settings: { clipboard: 'to-workspace' } },
          { user: 'traveller' },
        ],
      },
    ]);
    const result = await importing(workspaces);
    expect(result.workspaces).toMatchObject([{ action: 'unchanged', changes: [], assignments: [] }]);
    expect(result.effect).toEqual({ workspaces: [], users: { count: 0, names: [] } });
    expect(await find('round trip')).toMatchObject({ revision: 1 });
  });

  it('names the secrets of a set-up that are not there', async () => {
    await call(routes.putSecret, { params: { secretName: 'given' }, body: { value: 'a secret' } });
    const actions = ['given', 'never-given'].map((inputSecret) => ({
      kind: 'command',
      path: 'x',
      inputSecret,
    }));
    const policy = { vmSetup: { isRun: true, actions } };
    const { workspaces } = await importing(
      bundle({ name: 'Set up', policy }, { name: 'Not' }).workspaces,
      true,
    );
    expect(workspaces.map(({ missingSecrets }) => missingSecrets)).toEqual([['never-given'], []]);
  });

  it('says for whom what would change, changes nothing, and then does exactly that', async () => {
    const { user } = await server.addUser('ada');
    await server.addUser('bob');
    const { user: out } = await server.addUser('disabled');
    await call(routes.changeUser, { params: { userId: out.id }, body: { isDisabled: true } });
    const group = await call(routes.createGroup, { body: { name: 'Accountants' } });
    await call(routes.setGroupMembers, {
      params: { groupId: group.id },
      body: { userIds: [user.id, out.id], groupIds: [] },
    });
    await importing(
      bundle({
        name: 'Books',
        assignments: [{ user: 'ada', settings: { offlineLimitHours: 1 } }, { user: 'bob' }],
      }).workspaces,
    );
    const wanted = bundle(
      {
        name: 'books',
        policy: { virtualMachine: { cpus: 2 } },
        assignments: [{ group: 'accountants', settings: { offlineLimitHours: 2 } }],
      },
      { name: 'New', channel: 'nowhere' },
    ).workspaces;
    const before = await find('books');
    const shown = await importing(wanted, true);
    expect(shown).toMatchObject({
      isDryRun: true,
      workspaces: [
        {
          action: 'changed',
          basis: { revision: 1, assignmentsRevision: 2 },
          changes: [
            { path: 'name', before: 'Books', after: 'books' },
            { path: 'policy.virtualMachine.cpus', before: 1, after: 2 },
          ],
          assignments: [
            { principalName: 'Accountants', change: 'added' },
            { principalName: 'ada', change: 'removed' },
            { principalName: 'bob', change: 'removed' },
          ],
          hasImage: true,
        },
        { workspaceId: null, name: 'New', action: 'created', hasImage: false },
      ],
      effect: {
        users: { count: 2, names: ['ada', 'bob'] },
        workspaces: [
          {
            gained: { count: 0 },
            lost: { count: 1, names: ['bob'] },
            settings: [
              {
                setting: 'offlineLimitSeconds',
                before: 3600,
                after: 7200,
                users: { count: 1, names: ['ada'] },
              },
            ],
            fields: { users: { count: 1, names: ['ada'] } },
          },
        ],
      },
    });
    expect(await find('books')).toEqual(before);
    expect(await find('New')).toBeUndefined();
    expect(await assigneesOf(before?.id ?? '')).toEqual(['ada', 'bob']);
    const count = await auditCount();
    const done = await importing(
      wanted,
      false,
      shown.workspaces.map(({ basis }) => basis),
    );
    expect(await auditCount()).toBe(count + 1);
    const comparable = ({ workspaces, effect }: typeof done) => ({
      effect,
      workspaces: workspaces.map((workspace) => ({ ...workspace, workspaceId: workspace.name })),
    });
    expect(comparable(done)).toEqual(comparable(shown));
    expect(await assigneesOf(before?.id ?? '')).toEqual(['Accountants']);
    expect(await find('books')).toMatchObject({ name: 'books', revision: 2 });
    await expect(
      importing(
        wanted,
        false,
        shown.workspaces.map(({ basis }) => basis),
      ),
    ).rejects.toMatchObject({
      httpStatus: 412,
    });
  });

  it('leaves who has it alone where the document does not say', async () => {
    await server.addUser('kept');
    await importing(bundle({ name: 'Silent', assignments: [{ user: 'kept' }] }).workspaces);
    await importing(bundle({ name: 'Silent', description: 'changed' }).workspaces);
    const workspace = await find('Silent');
    expect(await assigneesOf(workspace?.id ?? '')).toEqual(['kept']);
    await importing(bundle({ name: 'Silent', assignments: [] }).workspaces);
    expect(await assigneesOf(workspace?.id ?? '')).toEqual([]);
  });

  it('says every unknown name at once and keeps nothing of the document', async () => {
    const refused = importing(
      bundle(
        { name: 'Half', assignments: [{ user: 'nobody' }, { group: 'Nowhere' }] },
        { name: 'Other half', image: 'no-image', assignments: [{ user: 'noone' }] },
      ).workspaces,
    );
    await expect(refused).rejects.toMatchObject({
      code: 'NAMES_UNKNOWN',
      exitCode: 3,
      details: { images: ['no-image'], users: ['nobody', 'noone'], groups: ['Nowhere'] },
    });
    expect(await find('Half')).toBeUndefined();
    for (const twice of [
      bundle({ name: 'Twice' }, { name: 'twice' }),
      bundle({ name: 'Twice', assignments: [{ user: 'admin' }, { user: 'Admin' }] }),
    ]) {
      await expect(importing(twice.workspaces)).rejects.toMatchObject({
        code: 'REQUEST_INVALID',
        message: expect.stringContaining('twice') as string,
      });
    }
  });

  it('names tab and field of what is not valid', async () => {
    const bad = { name: 'Bad', image: 'desktop', policy: { virtualMachine: { cpus: 0 } } };
    await expect(importing([bad as unknown as WorkspaceFile])).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
      message: expect.stringContaining('workspaces.0.policy.virtualMachine.cpus') as string,
    });
  });

  it('finds workspaces by what they say, use and follow, and by whom they are for', async () => {
    const { user } = await server.addUser('sought');
    await importing(
      bundle(
        { name: 'Übersicht', description: 'Quarterly figures', channel: 'pilot' },
        { name: 'Sought', assignments: [{ user: 'sought' }] },
      ).workspaces,
    );
    const names = async (query: object) =>
      (await call(routes.listWorkspaces, { query })).items.map((workspace) => workspace.name);
    expect(await names({ search: 'übers' })).toEqual(['Übersicht']);
    expect(await names({ search: 'QUARTERLY' })).toEqual(['Übersicht']);
    expect(await names({ search: '%' })).toEqual([]);
    expect(await names({ channel: 'pilot' })).toEqual(['Übersicht']);
    expect(await names({ principalId: user.id })).toEqual(['Sought']);
    const { workspace, image } = await addTestWorkspace(server, 'by image');
    expect(await names({ imageId: image.imageId })).toEqual([workspace.name]);
  });
});
