import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../database/index.ts';
import { groupsOfUser, provisionGroup } from '../groups/index.ts';
import { databaseKinds, openTestDatabase } from '../testing/index.ts';
import { type ProvisionedUser, provisionUser } from './provision-user.ts';

const origin = { nowMs: 1_800_000_000_000, randomBytes: (count: number) => randomBytes(count) };

describe.each(databaseKinds)('people from elsewhere on %s', (kind) => {
  let database: Database;
  beforeAll(async () => {
    database = await openTestDatabase(kind);
  });
  afterAll(() => database[Symbol.asyncDispose]());

  let count = 0;
  const somebody = (changes: Partial<ProvisionedUser> = {}): ProvisionedUser => {
    count += 1;
    return {
      source: 'oidc',
      directoryId: 'provider',
      externalId: `external-${count}`,
      userName: `name-${count}`,
      displayName: `Name ${count}`,
      groups: [],
      isDisabled: false,
      ...changes,
    };
  };
  const provision = (user: ProvisionedUser) =>
    database.transaction((transaction) => provisionUser(transaction, user, origin));
  const groupNamesOf = async (userId: string): Promise<string[]> => {
    const ids = await groupsOfUser(database.queries, userId);
    if (ids.length === 0) return [];
    const rows = await database.queries.selectFrom('groups').select('name').where('id', 'in', ids).execute();
    return rows.map((row) => row.name).toSorted();
  };

  it('are the same when they come again under another name', async () => {
    const user = somebody();
    const first = await provision(user);
    const again = await provision({ ...user, userName: 'renamed', displayName: 'Renamed' });
    expect(again).toMatchObject({ id: first.id, userName: 'renamed', displayName: 'Renamed' });
  });

  it('get a number where somebody else has the name, and keep it', async () => {
    const [one, two, three] = [
      somebody({ userName: 'Same' }),
      somebody({ userName: 'same' }),
      somebody({ userName: 'SAME' }),
    ];
    const names = [
      (await provision(one)).userName,
      (await provision(two)).userName,
      (await provision(three)).userName,
    ];
    expect(names).toEqual(['Same', 'same~2', 'SAME~3']);
    expect((await provision(two)).userName).toBe('same~2');
  });

  it('have names that fit into a line, whatever was sent', async () => {
    const row = await provision(somebody({ userName: ' a\u0000 b\tc ', displayName: '\u0007' }));
    expect(row).toMatchObject({ userName: 'a_bc', displayName: 'a_bc' });
    const long = await provision(somebody({ userName: 'x'.repeat(300), displayName: 'y'.repeat(300) }));
    expect([long.userName.length, long.displayName.length]).toEqual([100, 100]);
  });

  it('join the groups a provider names, which are made, and leave those it names no more', async () => {
    const user = somebody();
    const groups = ['red', 'blue'].map((name) => ({ externalId: name, name }));
    const { id } = await provision({ ...user, groups });
    expect(await groupNamesOf(id)).toEqual(['blue', 'red']);
    await provision({ ...user, groups: groups.slice(1) });
    expect(await groupNamesOf(id)).toEqual(['blue']);
  });

  it('join groups of a directory that are known here only, and stay in groups from elsewhere', async () => {
    const directory = { source: 'ldap', directoryId: 'directory' } as const;
    const groups = ['known', 'unknown'].map((name) => ({ externalId: name, name: `${name} of it` }));
    await database.transaction((transaction) =>
      provisionGroup(transaction, { ...directory, externalId: 'known', name: 'known of it' }, origin),
    );
    const user = somebody({ ...directory, groups });
    const { id } = await provision(user);
    expect(await groupNamesOf(id)).toEqual(['known of it']);
    const own = { id: 'own-group', name: 'own', nameKey: 'own', createdAt: 0 };
    await database.queries.insertInto('groups').values(own).execute();
    await database.queries.insertInto('groupUsers').values({ groupId: own.id, userId: id }).execute();
    await provision({ ...user, groups: [] });
    expect(await groupNamesOf(id)).toEqual(['own']);
    await provision(user);
    await database.transaction((transaction) =>
      provisionGroup(transaction, { ...directory, externalId: 'unknown', name: 'later known' }, origin),
    );
    expect(await groupNamesOf(id)).toEqual(['known of it', 'later known', 'own']);
  });

  it('are disabled and enabled by where they come from, but not against an administrator here', async () => {
    const user = somebody();
    expect(await provision({ ...user, isDisabled: true })).toMatchObject({
      isDisabled: 1,
      disabledBy: 'directory',
    });
    const { id } = await provision(user);
    await database.queries
      .updateTable('users')
      .set({ isDisabled: 1, disabledBy: 'administrator' })
      .where('id', '=', id)
      .execute();
    expect(await provision(user)).toMatchObject({ isDisabled: 1, disabledBy: 'administrator' });
  });
});
