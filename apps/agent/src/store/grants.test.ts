import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { UserId } from '@carrel/kit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openDatabase } from './database.ts';
import { createGrantStore } from './grants.ts';
import { createLocalSecret } from './local-secret.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carrel-grants-'));
});
afterEach(() => rm(folder, { recursive: true }));

const ada = { userId: randomUUID() as string as UserId, userName: 'ada', grant: 'the-grant-of-ada' };
const bob = { userId: randomUUID() as string as UserId, userName: 'bob', grant: 'the-grant-of-bob' };

it('keeps grants across restarts, and nobody reads them from the disk', async () => {
  const key = randomBytes(32);
  const path = join(folder, 'agent.db');
  {
    using database = openDatabase(path);
    const grants = createGrantStore(database, createLocalSecret(key));
    grants.keep(bob);
    grants.keep(ada);
    grants.keep({ ...bob, grant: 'a newer grant' });
  }
  for (const name of await readdir(folder)) {
    expect((await readFile(join(folder, name))).includes('grant-of-')).toBe(false);
  }
  using database = openDatabase(path);
  expect(createGrantStore(database, createLocalSecret(key)).list()).toEqual([
    ada,
    { ...bob, grant: 'a newer grant' },
  ]);
  expect(createGrantStore(database, createLocalSecret(randomBytes(32))).list()).toEqual([]);
});

it('does not take the grant of one person for that of another', () => {
  const secret = createLocalSecret(randomBytes(32));
  using database = openDatabase(join(folder, 'agent.db'));
  const grants = createGrantStore(database, secret);
  grants.keep(ada);
  grants.keep(bob);
  const swap = 'UPDATE grants SET sealed_grant = (SELECT sealed_grant FROM grants WHERE user_name = ?)';
  database.sqlite.prepare(`${swap} WHERE user_name = ?`).run('ada', 'bob');
  expect(grants.list()).toEqual([ada]);
  grants.forget(ada.userId);
  expect(grants.list()).toEqual([]);
});
