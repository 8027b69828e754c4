import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type AgentDatabase, openDatabase } from '../store/database.ts';
import { createEventQueue, type EventQueue } from '../store/event-queue.ts';
import { createStoreSeal } from '../store/store-seal.ts';
import { StepExecutor, type StepExecutorParts } from './step-executor.ts';
import { sweepWorkspace } from './sweep-folders.ts';
import { type WorkspaceFiles, workspaceFiles } from './workspace-files.ts';
import { createWorkspaceRecords, workspaceRecordSchema } from './workspace-record.ts';
import { WorkspaceState } from './workspace-state.ts';

const digest = (version: number): string => `sha256:${String(version).repeat(64)}`;
const day = 86_400_000;
const signal = new AbortController().signal;

let folder: string;
let database: AgentDatabase;
let events: EventQueue;
let files: WorkspaceFiles;
let state: WorkspaceState;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carrel-replace-'));
  database = openDatabase(join(folder, 'agent.db'));
  events = createEventQueue(
    database,
    () => 0,
    () => undefined,
  );
  const record = workspaceRecordSchema.parse({
    workspaceId: randomUUID(),
    userId: randomUUID(),
    workspaceName: 'Desk',
    userName: 'ada',
    slot: 0,
    wanted: { guest: 'stopped', isForced: false, isImageWanted: true, isResetWanted: false },
    policy: {
      persistence: 'persistent',
      stopAction: 'save',
      countdownSeconds: 60,
      keepVersions: 1,
      deletion: {},
    },
    guest: null,
    isSaved: true,
    overlay: { image: digest(1), isUsed: true },
    bases: [1, 2, 3].map((version) => ({
      source: {
        name: 'tiny',
        version,
        reference: `server:tiny:${version}`,
        manifestDigest: digest(version),
        keyId: '0'.repeat(16),
        virtualSizeBytes: 1,
        machine: {},
      },
      sealedKeys: 'sealed',
      dataBytes: 1,
      isComplete: true,
      progress: 1,
    })),
    hasRun: true,
    failure: null,
    ending: null,
    warned: null,
  });
  files = workspaceFiles(folder, record);
  state = new WorkspaceState(record, records(), () => undefined);
  state.update({});
  await mkdir(files.guestFolder, { recursive: true });
  await writeFile(files.overlay('a'), 'on version 1');
  await writeFile(savedPath(), 'memory');
});
afterEach(async () => {
  database[Symbol.dispose]();
  await rm(folder, { recursive: true });
});

const records = () => createWorkspaceRecords(database, createStoreSeal(database, new Uint8Array(32)));
const savedPath = (): string => join(files.guestFolder, 'saved-state.luks');
const names = async (): Promise<string[]> => (await readdir(files.guestFolder)).toSorted();
const [diskA, diskB] = ['overlay.qcow2', 'overlay-b.qcow2'];

function newExecutor(transaction: StepExecutorParts['transaction']): StepExecutor {
  const parts: Partial<StepExecutorParts> = {
    files,
    state,
    events,
    transaction,
    trustedNowMs: () => 1_000,
    machines: {
      discardSavedState: () => rm(savedPath(), { force: true }),
    } as unknown as StepExecutorParts['machines'],
  };
  return new StepExecutor(parts as StepExecutorParts);
}
const replace = (version: number): Promise<void> =>
  newExecutor((work) => database.transaction(work)).execute(
    { kind: 'replace-overlay', image: digest(version) },
    signal,
  );

/** The new disk is made and used, as after a start. */
async function use(version: number): Promise<void> {
  await writeFile(files.overlay(state.record.overlayDisk), `on version ${version}`);
  state.update({ overlay: { image: digest(version), isUsed: true } });
}

it('puts the disk aside and leaves its place to the next one', async () => {
  state.want({ moveTo: { image: digest(2), why: 'agreed' } });
  await replace(2);
  expect(await names()).toEqual([diskA]);
  expect(records().list()[0]).toMatchObject({
    overlay: null,
    overlayDisk: 'b',
    previous: { image: digest(1), version: 1, disk: 'a', keptUntilMs: 1_000 + 14 * day },
    isSaved: false,
    wanted: { moveTo: null },
  });
  expect(events.oldest(10).map(({ code }) => code)).toEqual(['WORKSPACE-020']);
});

it('takes the disk back that was made on the version asked for, and keeps the other', async () => {
  await replace(2);
  await use(2);
  await replace(1);
  expect(await names()).toEqual([diskB, diskA]);
  expect(state.record).toMatchObject({
    overlay: { image: digest(1) },
    overlayDisk: 'a',
    previous: { image: digest(2), disk: 'b' },
  });
});

it('keeps one disk: a further update removes the one put aside before', async () => {
  await replace(2);
  await use(2);
  await replace(3);
  expect(await names()).toEqual([diskB]);
  expect(state.record).toMatchObject({
    overlay: null,
    overlayDisk: 'a',
    previous: { image: digest(2), disk: 'b' },
  });
});

it('has the old disk in use when it is cut off before that was written down', async () => {
  const cutOff = newExecutor(() => {
    throw new Error('killed');
  });
  await expect(cutOff.execute({ kind: 'replace-overlay', image: digest(2) }, signal)).rejects.toThrow(
    'killed',
  );
  const [found] = records().list();
  expect(found).toMatchObject({ overlay: { image: digest(1) }, overlayDisk: 'a', previous: null });
  if (found) await sweepWorkspace(files, found);
  expect(await names()).toEqual([diskA]);
});

it('removes the disk put aside when its time is over, at the next start of the agent at the latest', async () => {
  await replace(2);
  await use(2);
  await newExecutor((work) => database.transaction(work)).execute({ kind: 'discard-previous' }, signal);
  expect(await names()).toEqual([diskB]);
  expect(state.record.previous).toBeNull();
  await writeFile(files.overlay('a'), 'left behind');
  await sweepWorkspace(files, state.record);
  expect(await names()).toEqual([basename(files.overlay('b'))]);
});
