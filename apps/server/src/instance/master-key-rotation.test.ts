import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@carrel/kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keepRepositoryKey, readRepositoryKey } from '../repository-keys/index.ts';
import { putSecret, readSecret } from '../secrets/index.ts';
import { createPostgresDatabase, databaseKinds, openTestDatabase, silentLog } from '../testing/index.ts';
import { initInstance } from './init-instance.ts';
import { openInstance } from './open-instance.ts';
import { createRootSecret } from './root-secret.ts';
import { keyFiles, rotateMasterKey } from './rotate-master-key.ts';
import { wrappedColumns } from './wrapped-columns.ts';

const newKeyText = (): string => randomBytes(32).toString('base64url');
const keyId = '0123456789abcdef';
const repositoryKey = newKeyText();

interface Place {
  readonly folder: string;
  readonly connectionString: string | undefined;
}

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'carrel-rotation-'));
});
afterAll(() => rm(scratch, { recursive: true }));

const open = ({ folder, connectionString }: Place, masterKeyText?: string) =>
  openInstance({ folder, names: [], connectionString, masterKeyText, clock: systemClock, log: silentLog });

/** An instance that keeps a secret and a repository key. */
async function newInstance(connectionString: string | undefined, masterKeyText?: string): Promise<Place> {
  const place = { folder: join(scratch, randomBytes(6).toString('hex')), connectionString };
  await initInstance({
    ...place,
    names: [],
    masterKeyText,
    clock: systemClock,
    log: silentLog,
    createAdministrator: () => Promise.resolve({ userName: 'admin', password: 'none' }),
    handOver: () => Promise.resolve(),
  });
  await using opened = await open(place, masterKeyText);
  const { queries } = opened.database;
  const { masterKey } = opened.instance;
  await putSecret(queries, masterKey, { name: 'a-secret', value: 'its value', updatedBy: 'admin' }, 1);
  await keepRepositoryKey(queries, masterKey, { keyId, key: repositoryKey }, 1);
  return place;
}

/** Everything that a master key opens, and what follows from it. */
async function contentOf(place: Place, masterKeyText?: string) {
  await using opened = await open(place, masterKeyText);
  const { instance, database } = opened;
  return {
    secret: await readSecret(database.queries, instance.masterKey, 'a-secret'),
    repositoryKey: await readRepositoryKey(database.queries, instance.masterKey, keyId),
    leaseKey: instance.leaseKeys.signing.d,
    diskKey: instance.rootSecret.derive('disk-key', 'device', 'user', 'workspace').toString('hex'),
  };
}

async function rotate(place: Place, present?: string, newKey?: string): Promise<void> {
  await using opened = await open(place, present);
  const { instance, database } = opened;
  await rotateMasterKey({
    paths: instance.paths,
    database,
    present: { key: instance.masterKey, source: instance.masterKeySource },
    newKeyText: newKey,
    nowMs: 2,
    files: keyFiles,
  });
}

/** @returns how many steps there were, `undefined` when it was killed before the end */
async function rotateUntil(
  place: Place,
  step: number,
  env: Record<string, string>,
): Promise<number | undefined> {
  const script = join(import.meta.dirname, 'testing/rotate-until-killed.ts');
  const { connectionString } = place;
  const child = spawn(process.execPath, ['--no-warnings', script, place.folder, String(step)], {
    env: { ...env, ...(connectionString === undefined ? {} : { CARREL_DATABASE: connectionString }) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  if (signal === 'SIGKILL') return undefined;
  expect(code).toBe(0);
  return Number(text);
}

describe.each(databaseKinds)('a new master key on %s', (kind) => {
  const create = async (masterKeyText?: string) =>
    newInstance(kind === 'postgres' ? await createPostgresDatabase() : undefined, masterKeyText);

  it('opens everything there was, and the old one nothing', async () => {
    const place = await create();
    const before = await contentOf(place);
    const path = join(place.folder, 'master.key');
    const old = (await readFile(path, 'utf8')).trim();
    await rotate(place);
    expect((await readFile(path, 'utf8')).trim()).not.toBe(old);
    expect(await contentOf(place)).toEqual(before);
    await rm(path);
    await expect(contentOf(place, old)).rejects.toMatchObject({ code: 'MASTER_KEY_INVALID' });
  });

  it('is taken up or left alone as a whole, wherever the rotation was killed', async () => {
    const place = await create();
    const before = await contentOf(place);
    let outcome: number | undefined;
    let kills = 0;
    for (let step = 0; outcome === undefined; step += 1) {
      outcome = await rotateUntil(place, step, {});
      if (outcome === undefined) kills += 1;
      expect(await contentOf(place), `killed at step ${step}`).toEqual(before);
      expect(await readdir(place.folder)).not.toContain('master.key.next');
    }
    expect(kills).toBe(outcome);
    expect(kills).toBeGreaterThanOrEqual(5);
  }, 120_000);

  it('may be kept outside, and be taken back into the file', async () => {
    const [first, second] = [newKeyText(), newKeyText()];
    const place = await create(first);
    expect(await readdir(place.folder)).not.toContain('master.key');
    const before = await contentOf(place, first);
    await rotate(place, first, second);
    expect(await contentOf(place, second)).toEqual(before);
    await expect(contentOf(place, first)).rejects.toMatchObject({ code: 'MASTER_KEY_INVALID' });
    await rotate(place, second);
    expect(await contentOf(place)).toEqual(before);
  });

  it('reaches every column that was sealed with the old one', async () => {
    await using database = await openTestDatabase(kind);
    const tables = await database.queries.withoutPlugins().introspection.getTables();
    const found = tables.flatMap((table) =>
      table.columns
        .filter(({ name }) => /wrapped|sealed|hint/.test(name))
        .map(({ name }) => `${table.name}.${name}`),
    );
    expect(wrappedColumns.map(({ table, column }) => `${table}.${column}`).toSorted()).toEqual(
      found.filter((name) => !name.endsWith('.rewrapped_at')).toSorted(),
    );
  });
});

describe('the master key', () => {
  it('in a file that others may read is not used', async () => {
    const place = await newInstance(undefined);
    const path = join(place.folder, 'master.key');
    for (const mode of [0o640, 0o604, 0o620]) {
      await chmod(path, mode);
      await expect(contentOf(place)).rejects.toMatchObject({ code: 'MASTER_KEY_EXPOSED' });
    }
    await chmod(path, 0o400);
    await contentOf(place);
  });

  it('is refused when it is not 32 bytes, or lost', async () => {
    const place = await newInstance(undefined);
    await expect(contentOf(place, 'too short')).rejects.toMatchObject({ code: 'MASTER_KEY_INVALID' });
    await rm(join(place.folder, 'master.key'));
    await expect(contentOf(place)).rejects.toMatchObject({ code: 'MASTER_KEY_INVALID' });
  });

  it('that keys of disks came from before there was a root secret still gives them', async () => {
    const place = await newInstance(undefined);
    const text = (await readFile(join(place.folder, 'master.key'), 'utf8')).trim();
    {
      await using opened = await open(place);
      await opened.database.queries.deleteFrom('rootSecrets').execute();
    }
    const { diskKey } = await contentOf(place);
    const old = createRootSecret(Buffer.from(text, 'base64url'));
    expect(diskKey).toBe(old.derive('disk-key', 'device', 'user', 'workspace').toString('hex'));
    await rotate(place);
    expect((await contentOf(place)).diskKey).toBe(diskKey);
  });
});
