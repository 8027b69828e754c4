import { routes } from '@carrel/contract';
import { startOpenLdap } from '@carrel/directory/testing/ldap';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Row } from '../database/index.ts';
import { databaseKinds, startTestServer, type TestServer } from '../testing/index.ts';
import { findUserRow, provisionUser } from '../users/index.ts';
import { createOpenDirectories, type OpenDirectories, type OpenDirectory } from './open-directories.ts';
import { createUserRefresher } from './refresh-users.ts';
import { sweepDirectories } from './sweep.ts';

const hourMs = 3_600_000;

describe.each(databaseKinds)('what is known of directories, on %s', (kind) => {
  let server: TestServer;
  const undo = new AsyncDisposableStack();
  beforeAll(async () => {
    server = undo.use(await startTestServer(kind));
  });
  afterAll(() => undo.disposeAsync());

  const people = Array.from({ length: 30 }, (_, index) => `uid${index}`);
  const entry = (uid: string, cn = uid): string =>
    `dn: uid=${uid},dc=staff,dc=example\nobjectClass: inetOrgPerson\nuid: ${uid}\ncn: ${cn}\nsn: x\nuserPassword: secret\n\n`;

  /** Users as sign-ins of yesterday left them. */
  async function addUsers(directoryId: string, externalIds: readonly string[]): Promise<Row<'users'>[]> {
    const { database, clock, randomBytes } = server.services;
    const origin = { nowMs: clock.nowMs(), randomBytes };
    const place = { source: 'ldap', directoryId, groups: [], isDisabled: false } as const;
    const rows: Row<'users'>[] = [];
    for (const externalId of externalIds) {
      const user = { ...place, externalId, userName: externalId, displayName: externalId };
      rows.push(await database.transaction((transaction) => provisionUser(transaction, user, origin)));
    }
    return rows;
  }

  it('is asked for a few people at a time, and once for all who want the same', async () => {
    let atOnce = 0;
    let most = 0;
    let asked = 0;
    const slow: OpenDirectory['ask'] = async () => {
      asked += 1;
      atOnce += 1;
      most = Math.max(most, atOnce);
      await new Promise((resolve) => setTimeout(resolve, 2));
      atOnce -= 1;
      return undefined as never;
    };
    const directory = { id: 'slow', name: 'slow', trustMs: 0, ask: slow } as unknown as OpenDirectory;
    const directories: OpenDirectories = {
      enabled: () => Promise.resolve([directory]),
      find: () => Promise.resolve(directory),
      [Symbol.dispose]: () => undefined,
    };
    const users = await addUsers('slow', people);
    const refresher = createUserRefresher(server.services, directories);
    await Promise.all([...users, ...users, ...users].map((user) => refresher.refresh(user)));
    expect(asked).toBe(people.length);
    expect(most).toBe(4);
  });

  it('is learned in the background for whoever is signed in, and for nobody else', async () => {
    await using ldap = await startOpenLdap('staff', people.map((uid) => entry(uid)).join(''));
    const { id } = await server.administrator.call(routes.createDirectory, { body: ldap.settings() });
    using directories = createOpenDirectories(server.services);
    const refresher = createUserRefresher(server.services, directories);
    const options = { services: server.services, directories, refresher };
    const { signal } = new AbortController();
    const token = await server.signIn('uid1', 'secret');
    const { user } = await server.connection.as(token).call(routes.getSession, {});
    const [absent] = await addUsers(id, ['00112233-4455-6677-8899-aabbccddeeff']);
    const { queries } = server.services.database;
    await queries.updateTable('users').set({ displayName: 'old' }).where('directoryId', '=', id).execute();
    const nameOf = async (userId: string | undefined) =>
      (await findUserRow(queries, userId ?? ''))?.displayName;

    await sweepDirectories(options, signal);
    expect(await nameOf(user.id)).toBe('old');
    server.clock.advance(20 * 60_000);
    await sweepDirectories(options, signal);
    expect(await nameOf(user.id)).toBe('uid1');
    expect(await nameOf(absent?.id)).toBe('old');

    await ldap[Symbol.asyncDispose]();
    server.clock.advance(20 * 60_000);
    await sweepDirectories(options, signal);
    const sessionsOf = () =>
      queries.selectFrom('sessions').select('userId').where('userId', '=', user.id).execute();
    expect(await sessionsOf()).toHaveLength(1);
    server.clock.advance(25 * hourMs);
    await sweepDirectories(options, signal);
    expect(await sessionsOf()).toHaveLength(0);
    expect(await findUserRow(queries, user.id)).toMatchObject({ isDisabled: 1, disabledBy: 'silence' });
  });
});
