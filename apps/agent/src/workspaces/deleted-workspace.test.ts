import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createBaseDisk, createOverlayDisk } from '@carrel/hypervisor';
import { createId } from '@carrel/kit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { agentPaths } from '../agent-paths.ts';
import { createLeaseStore } from '../leases/lease-store.ts';
import { openDatabase } from '../store/database.ts';
import { createStoreSeal } from '../store/store-seal.ts';
import { type WorkspaceFiles, workspaceFiles } from './workspace-files.ts';
import { createWorkspaceRecords, type WorkspaceRecord, workspaceRecordSchema } from './workspace-record.ts';

const program = join(import.meta.dirname, 'testing/delete-until-killed.ts');
const workspaceId = createId<'workspace'>(1, new Uint8Array(10));
const [ada, bob] = [1, 2].map((digit) => createId<'user'>(digit, new Uint8Array(10).fill(digit)));
const image = `sha256:${'a'.repeat(64)}`;
const luksMagic = 'LUKS\xba\xbe';

let data: string;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'carrel-delete-'));
  for (const userId of [ada, bob]) await makeWorkspace(userId ?? '', userId === ada);
});
afterEach(() => rm(data, { recursive: true }));

/** A workspace with its disks and its lease, as after a guest ran. */
async function makeWorkspace(userId: string, isDeleted: boolean): Promise<void> {
  const record = workspaceRecordSchema.parse({
    workspaceId,
    userId,
    workspaceName: 'Desk',
    userName: userId === ada ? 'ada' : 'bob',
    slot: 0,
    wanted: { guest: 'stopped', isForced: false, isImageWanted: false, isResetWanted: false },
    policy: {
      persistence: 'persistent',
      stopAction: 'save',
      countdownSeconds: 60,
      keepVersions: 1,
      deletion: { whenDisabled: true },
    },
    guest: null,
    isSaved: true,
    overlay: { image, isUsed: true },
    bases: [
      {
        source: {
          name: 'tiny',
          version: 1,
          reference: 'server:tiny:1',
          manifestDigest: image,
          keyId: '0'.repeat(16),
          virtualSizeBytes: 8 * 1024 ** 2,
          machine: {},
        },
        sealedKeys: 'keys-sealed-to-this-device',
        dataBytes: 1,
        isComplete: true,
        progress: 1,
      },
    ],
    hasRun: true,
    failure: null,
    ending: null,
    warned: null,
    deletion: isDeleted ? 'disabled' : null,
  });
  await makeDisks(record);
  using database = openDatabase(agentPaths(data).database);
  const seal = createStoreSeal(database, new Uint8Array(32));
  createWorkspaceRecords(database, seal).put(record);
  createLeaseStore(database, seal).put({ ...record, token: `lease-of-${record.userName}` });
}

async function makeDisks(record: WorkspaceRecord): Promise<void> {
  const files = filesOf(record);
  await mkdir(files.guestFolder, { recursive: true });
  const disk = { virtualSizeBytes: 8 * 1024 ** 2, diskKey: new Uint8Array(32).fill(3), runAs: undefined };
  await createBaseDisk({ ...disk, path: files.base(image) });
  await createOverlayDisk({ ...disk, path: files.overlay('a'), basePath: files.base(image) });
  await writeFile(join(files.guestFolder, 'saved-state.luks'), `${luksMagic} memory of the guest`, 'latin1');
}

const filesOf = (key: Pick<WorkspaceRecord, 'workspaceId' | 'userId'>): WorkspaceFiles =>
  workspaceFiles(agentPaths(data).workspaces, key);

/** Runs an agent until it is done or killed; gives the points it came to. */
async function runAgent(killAt = ''): Promise<string[]> {
  const child = spawn(process.execPath, [program, data, killAt], { stdio: ['ignore', 'pipe', 'inherit'] });
  const output = text(child.stdout);
  const [code] = (await once(child, 'exit')) as [number | null];
  if (killAt === '' && code !== 0) throw new Error(`the agent ended with ${code}`);
  return (await output).trim().split('\n');
}

interface Store {
  readonly records: WorkspaceRecord[];
  readonly tokens: string[];
  readonly deletions: number;
  readonly isIntact: boolean;
}

function readStore(): Store {
  using database = openDatabase(agentPaths(data).database);
  const seal = createStoreSeal(database, new Uint8Array(32));
  const deleted = database.sqlite.prepare(
    "SELECT count(*) AS n FROM events WHERE body LIKE '%WORKSPACE-009%'",
  );
  return {
    records: createWorkspaceRecords(database, seal).list(),
    tokens: createLeaseStore(database, seal)
      .list()
      .map(({ token }) => token),
    deletions: Number(deleted.get()?.['n']),
    isIntact: seal.isIntact,
  };
}

async function hasKeys(files: WorkspaceFiles): Promise<boolean> {
  const paths = [files.base(image), files.overlay('a'), join(files.guestFolder, 'saved-state.luks')];
  const contents = await Promise.all(paths.map((path) => readFile(path, 'latin1')));
  return contents.some((content) => content.includes(luksMagic));
}

function expectRecords(count: number): Promise<void> {
  expect(readStore().records).toHaveLength(count);
  return Promise.resolve();
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

describe('deleting a workspace', () => {
  it('destroys the keys, then the files, then forgets, wherever it is killed, and touches nobody else', async () => {
    const mine = filesOf({ workspaceId, userId: ada ?? ('' as never) });
    const theirs = filesOf({ workspaceId, userId: bob ?? ('' as never) });
    const inOrder: [point: string, check: () => Promise<unknown>][] = [
      ['in update', async () => expect((await hasKeys(mine)) && readStore().tokens).toHaveLength(2)],
      [
        'after transaction 1',
        async () => expect((await hasKeys(mine)) && readStore().tokens).toEqual(['lease-of-bob']),
      ],
      ['before destroyKeys', async () => expect(await hasKeys(mine)).toBe(true)],
      ['after destroyKeys', async () => expect(await hasKeys(mine)).toBe(false)],
      ['in WORKSPACE-009', async () => expect(await isThere(mine.folder)).toBe(false)],
      ['in forget', () => expectRecords(2)],
      ['after transaction 2', () => expectRecords(1)],
    ];
    for (const [point, check] of inOrder) {
      expect((await runAgent(point)).at(-1)).toBe(point);
      await check();
      const { isIntact, records } = readStore();
      expect(isIntact, point).toBe(true);
      const [own] = records.filter(({ userId }) => userId === ada);
      if (point !== 'in update') expect(JSON.stringify(own ?? '')).not.toContain('keys-sealed');
    }
    await runAgent();
    const { records, tokens, deletions } = readStore();
    expect(records.map(({ userName }) => userName)).toEqual(['bob']);
    expect(tokens).toEqual(['lease-of-bob']);
    expect(deletions).toBe(1);
    expect(await hasKeys(theirs)).toBe(true);
  });

  it('leaves nothing of the lease in the file of the database', async () => {
    await runAgent();
    readStore();
    const content = await readFile(agentPaths(data).database, 'latin1');
    expect(content).toContain('lease-of-bob');
    expect(content).not.toContain('lease-of-ada');
    expect(content.match(/keys-sealed-to-this-device/g)).toHaveLength(1);
  });
});
