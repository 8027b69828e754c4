import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import { routes } from '@carrel/contract';
import { systemClock } from '@carrel/kit';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabaseForReading } from '../database/index.ts';
import { listTables } from '../database/portable-rows.ts';
import { initInstance, instancePathsOf } from '../instance/index.ts';
import {
  createPostgresDatabase,
  databaseKinds,
  serveTestInstance,
  silentLog,
  type TestInstance,
} from '../testing/index.ts';
import { ensureAdministrator } from '../users/index.ts';
import { createBackup } from './create-backup.ts';
import { fateOfFile, tablesLeftOut } from './instance-contents.ts';
import { readBackup } from './read-backup.ts';
import { type RestoreOptions, restoreBackup } from './restore-backup.ts';
import { furnish, look, type Outside } from './testing/outside.ts';
import { verifyBackup } from './verify-backup.ts';

const passphrase = 'correct horse battery staple';
const quiet = { signal: new AbortController().signal, onProgress: () => undefined };

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'carrel-backup-'));
});
afterAll(() => rm(scratch, { recursive: true }));
const newPath = (): string => join(scratch, randomBytes(6).toString('hex'));
const databaseOf = async (kind: 'sqlite' | 'postgres') =>
  kind === 'postgres' ? await createPostgresDatabase() : undefined;

async function newInstance(kind: 'sqlite' | 'postgres'): Promise<TestInstance> {
  const place = { folder: newPath(), connectionString: await databaseOf(kind) };
  const passwords: string[] = [];
  await initInstance({
    ...place,
    names: [],
    clock: systemClock,
    log: silentLog,
    createAdministrator: (database) => ensureAdministrator(database, systemClock.nowMs()),
    handOver: ({ password }) => Promise.resolve(void passwords.push(password)),
  });
  return { ...place, password: passwords[0] ?? '' };
}

async function backUp(
  { folder, connectionString }: TestInstance,
  target: string,
  options: { hasImages?: boolean; signal?: AbortSignal; onProgress?: () => void } = {},
) {
  const location =
    connectionString === undefined
      ? ({ kind: 'sqlite', path: join(folder, 'server.sqlite') } as const)
      : ({ kind: 'postgres', connectionString } as const);
  await using database = await openDatabaseForReading(location, silentLog);
  const { instanceId } = JSON.parse(await readFile(join(folder, 'instance.json'), 'utf8')) as {
    instanceId: string;
  };
  return await createBackup({
    paths: instancePathsOf(folder),
    instanceId,
    database,
    masterKeyText: undefined,
    passphrase,
    target,
    isForced: false,
    clock: systemClock,
    ...quiet,
    ...options,
    hasImages: options.hasImages ?? true,
  });
}

const restore = (path: string, to: Pick<TestInstance, 'folder' | 'connectionString'>, isForced = false) => {
  const options: RestoreOptions = {
    ...to,
    path,
    passphrase,
    isForced,
    clock: systemClock,
    log: silentLog,
    ...quiet,
  };
  return restoreBackup(options);
};

describe.each([
  ['sqlite', 'sqlite'],
  ['postgres', 'postgres'],
  ['sqlite', 'postgres'],
  ['postgres', 'sqlite'],
] as const)('a backup of an instance on %s, restored on %s', (from, to) => {
  it('is the instance again, after nothing of the original was left', async () => {
    const original = await newInstance(from);
    const path = newPath();
    let outside: Outside;
    let before: Awaited<ReturnType<typeof look>>;
    {
      // Made while the server runs.
      await using server = await serveTestInstance(original);
      outside = await furnish(server);
      before = await look(server, outside);
      expect(before.manifest).toEqual([200, expect.any(Number)]);
      const summary = await backUp(original, path);
      expect(summary).toMatchObject({ hasImages: true, imagesMissing: [] });
    }
    await rm(original.folder, { recursive: true });
    const copy = { ...original, folder: newPath(), connectionString: await databaseOf(to) };
    await restore(path, copy);
    await using server = await serveTestInstance(copy);
    expect(await look(server, outside)).toEqual(before);
    const { items } = await server.administrator.call(routes.listSecrets, {});
    expect(items.map(({ name }) => name)).toEqual(['join-account']);
    expect((await stat(copy.folder)).mode & 0o777).toBe(0o700);
    expect((await stat(join(copy.folder, 'master.key'))).mode & 0o777).toBe(0o600);
  }, 60_000);
});

describe.each(databaseKinds)('what a backup holds on %s', (kind) => {
  it('is every file and every table, but for those somebody decided about', async () => {
    const instance = await newInstance(kind);
    await using server = await serveTestInstance(instance);
    await furnish(server);
    const files = await filesBelow(instance.folder);
    expect(files.filter((name) => fateOfFile(name) === undefined)).toEqual([]);
    const path = newPath();
    const entries = new Set<string>();
    await backUp(instance, path);
    const { facts } = await readBackup({ path, passphrase, ...quiet }, async (name, content) => {
      entries.add(name);
      await text(content);
    });
    for (const name of files) {
      if (fateOfFile(name) === 'kept') expect(entries, name).toContain(`files/${name}`);
      if (fateOfFile(name) === 'image') expect(entries, name).toContain(name);
    }
    const { queries } = server.services.database;
    const tables = await listTables(queries);
    expect([...facts.tables, ...Object.keys(tablesLeftOut)].toSorted()).toEqual(tables);
    // Found in another way than the backup does: a table that hides from it would show here.
    const raw = await allTables(instance);
    expect(raw.filter((name) => !tables.includes(name))).toEqual([
      'kysely_migration',
      'kysely_migration_lock',
    ]);
  }, 60_000);

  it('leaves the images out when asked, and says which are missing', async () => {
    const instance = await newInstance(kind);
    await using server = await serveTestInstance(instance);
    await furnish(server);
    const path = newPath();
    const summary = await backUp(instance, path, { hasImages: false });
    expect(summary).toMatchObject({ hasImages: false, imagesMissing: ['server:desktop:v1'] });
    const verified = await verifyBackup({ path, passphrase, ...quiet });
    expect(verified).toEqual(summary);
  }, 60_000);
});

describe('a backup', () => {
  let instance: TestInstance;
  let path: string;
  let bytes: Buffer;
  beforeAll(async () => {
    instance = await newInstance('sqlite');
    path = newPath();
    await backUp(instance, path);
    bytes = await readFile(path);
  });

  it('opens with its passphrase only, and tells nothing without it', async () => {
    const wrong = verifyBackup({ path, passphrase: 'not the right one', ...quiet });
    await expect(wrong).rejects.toMatchObject({ code: 'BACKUP_PASSPHRASE_WRONG' });
    const master = (await readFile(join(instance.folder, 'master.key'), 'utf8')).trim();
    for (const secret of [master, 'PRIVATE KEY', 'kysely', 'admin'])
      expect(bytes.includes(secret)).toBe(false);
  });

  it('that was altered or cut off anywhere is found damaged, and restoring it leaves nothing', async () => {
    const places = [100, 300, 5000, bytes.length - 20, bytes.length - 1];
    for (const place of places) {
      const altered = Buffer.from(bytes);
      altered[place] = (altered[place] ?? 0) ^ 1;
      for (const content of [altered, bytes.subarray(0, place)]) {
        const file = newPath();
        await writeFile(file, content);
        const folder = newPath();
        const failure = await restore(file, { folder, connectionString: undefined }).catch(
          (error: unknown) => error,
        );
        expect(failure, `at ${place}`).toMatchObject({
          code: expect.stringMatching(/^BACKUP_(DAMAGED|PASSPHRASE_WRONG)$/) as string,
        });
        expect((await readdir(scratch)).filter((name) => join(scratch, name).startsWith(folder))).toEqual([]);
      }
    }
  }, 60_000);

  it('does not take the place of anything unless told to, and then keeps what was there', async () => {
    const other = await newInstance('sqlite');
    const to = { folder: other.folder, connectionString: undefined };
    await expect(restore(path, to)).rejects.toMatchObject({ code: 'RESTORE_TARGET_OCCUPIED' });
    const { replacedFolder } = await restore(path, to, true);
    expect(await readdir(replacedFolder ?? '')).toContain('master.key');
    const id = async (folder: string) => readFile(join(folder, 'instance.json'), 'utf8');
    expect(await id(other.folder)).toBe(await id(instance.folder));
  });

  it('does not take the place of an instance whose server runs', async () => {
    const other = await newInstance('sqlite');
    await using server = await serveTestInstance(other);
    const to = { folder: other.folder, connectionString: undefined };
    await expect(restore(path, to, true)).rejects.toMatchObject({ code: 'INSTANCE_LOCKED' });
    expect(server.services.instance.id).toBeDefined();
  });

  it('does not take the place of rows in a database unless told to', async () => {
    const other = await newInstance('postgres');
    const to = { folder: newPath(), connectionString: other.connectionString };
    await expect(restore(path, to)).rejects.toMatchObject({ code: 'RESTORE_TARGET_OCCUPIED' });
    await restore(path, to, true);
    await using server = await serveTestInstance({ ...to, password: instance.password });
    expect(server.services.instance.id).not.toBe(other.folder);
  }, 60_000);

  it('that is stopped leaves nothing, and one that was killed is swept by the next', async () => {
    const controller = new AbortController();
    const folder = newPath();
    await mkdir(folder);
    const target = join(folder, 'a.backup');
    const stopped = backUp(instance, target, {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    expect(await readdir(folder)).toEqual([]);
    await writeFile(`${target}.partial`, 'what a kill left');
    await backUp(instance, target);
    expect(await readdir(folder)).toEqual(['a.backup']);
    await expect(backUp(instance, target)).rejects.toMatchObject({ code: 'TARGET_EXISTS' });
  });
});

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .toSorted();
}

async function allTables({ folder, connectionString }: TestInstance): Promise<string[]> {
  if (connectionString !== undefined) {
    const client = new Client({ connectionString });
    await client.connect();
    try {
      const { rows } = await client.query<{ name: string }>(
        "select tablename as name from pg_tables where schemaname = 'public' order by 1",
      );
      return rows.map(({ name }) => name);
    } finally {
      await client.end();
    }
  }
  using database = new DatabaseSync(join(folder, 'server.sqlite'), { readOnly: true });
  return database
    .prepare("select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by 1")
    .all()
    .map((row) => String(row['name']));
}
