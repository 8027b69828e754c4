import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type DeviceEvent, deviceEventSchema, type Lease, leaseSchema } from '@carrel/contract';
import { formatRepositoryKey } from '@carrel/imaging';
import { createId } from '@carrel/kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHost } from '../host.ts';
import { openCopy } from '../images/local-copies.ts';
import { type PackedDisk, packDisk, repositoryKey } from '../images/testing/packed-disk.ts';
import { openDatabase } from '../store/database.ts';
import { createStoreSeal } from '../store/store-seal.ts';
import { workspaceFiles } from './workspace-files.ts';
import { createWorkspaceRecords, type WorkspaceRecord } from './workspace-record.ts';

const program = join(import.meta.dirname, 'testing/pull-until-killed.ts');
const diskKey = Buffer.alloc(32, 9).toString('base64url');
const keys = { repositoryKey: formatRepositoryKey(repositoryKey), diskKey, secrets: {} };
const [workspaceId, userId] = [
  createId<'workspace'>(1, new Uint8Array(10)),
  createId<'user'>(1, new Uint8Array(10)),
];

let folder: string;
let origin: string;
let first: PackedDisk;
let second: PackedDisk;
const server = createServer((request, response) => {
  void answer(String(request.url), request.headers.range, response);
});

async function answer(url: string, range: string | undefined, response: ServerResponse): Promise<void> {
  const path = join(folder, decodeURIComponent(new URL(url, origin).pathname));
  const size = await stat(path).then(
    (found) => found.size,
    () => undefined,
  );
  if (size === undefined) {
    response.writeHead(404).end();
    return;
  }
  const asked = /^bytes=(\d+)-(\d+)$/.exec(range ?? '');
  const [start, end] = asked ? [Number(asked[1]), Math.min(Number(asked[2]), size - 1)] : [0, size - 1];
  response.writeHead(asked ? 206 : 200, {
    'content-length': end - start + 1,
    'accept-ranges': 'bytes',
    ...(asked && { 'content-range': `bytes ${start}-${end}/${size}` }),
  });
  createReadStream(path, { start, end }).pipe(response);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carrel-killed-'));
  first = await packDisk(folder, 'desk', 1);
  second = await packDisk(folder, 'desk', 2);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  origin = `http://127.0.0.1:${address.port}`;
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true, force: true });
});

function leaseOf(disk: PackedDisk): Lease {
  const reference = `oci:${origin}/layout:desk:${disk.image.version}`;
  const virtualMachine = { keepVersions: 0 };
  return leaseSchema.parse({
    leaseId: createId(1, new Uint8Array(10)),
    issuer: 'instance',
    deviceId: createId(1, new Uint8Array(10)),
    userId,
    userName: 'ada',
    workspaceId,
    workspaceName: 'Desk',
    workspaceRevision: 1,
    issuedAt: 0,
    validUntil: null,
    offlineLimitSeconds: 0,
    policySchemaVersion: 1,
    policy: { virtualMachine, delivery: { useHostFiles: false } },
    image: { ...disk.image, reference },
    sealedKeys: 'sealed',
  });
}

/** Runs an agent until it is done or killed; gives the points it came to. */
async function runAgent(data: string, disk: PackedDisk, killAt = ''): Promise<string[]> {
  const args = [program, data, JSON.stringify(leaseOf(disk)), JSON.stringify(keys), killAt];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const [output, errors] = [text(child.stdout), text(child.stderr)];
  const [code] = (await once(child, 'exit')) as [number | null];
  const points = (await output).trim().split('\n');
  if (killAt === '' && code !== 0) throw new Error(`the agent ended with ${code}: ${await errors}`);
  return points;
}

function readStore(data: string): { record: WorkspaceRecord | undefined; events: DeviceEvent[] } {
  using database = openDatabase(join(data, 'agent.db'));
  const rows = database.sqlite.prepare('SELECT body FROM events ORDER BY sequence').all();
  const events = rows.map((row) => deviceEventSchema.parse(JSON.parse(String(row['body']))));
  return {
    record: createWorkspaceRecords(database, createStoreSeal(database, new Uint8Array(32))).list()[0],
    events,
  };
}

async function expectWhole(data: string, disk: PackedDisk): Promise<void> {
  const { record, events } = readStore(data);
  const { image } = disk;
  expect(record?.bases.map(({ source, isComplete }) => [source.version, isComplete])).toEqual([
    [image.version, true],
  ]);
  const files = workspaceFiles(join(data, 'workspaces'), { workspaceId, userId });
  const basePath = files.base(image.manifestDigest);
  const names = await readdir(files.guestFolder);
  const disks = names.filter((name) => name.includes('qcow2'));
  expect(disks.map((name) => join(files.guestFolder, name)).toSorted()).toEqual([
    basePath,
    files.overlay('a'),
  ]);
  const { machines } = createHost();
  const copy = { source: image, sealedKeys: '', folder: files.folder, basePath, slot: 0 };
  await using content = await openCopy(copy, {
    leases: { openKeys: () => Promise.resolve(keys) },
    exportBase: async (_copy, key) =>
      machines.exportBase({ folder: files.folder, basePath, key, runAs: await machines.runAs(0) }),
  });
  const bytes = await content.read(0, image.virtualSizeBytes);
  expect((await readFile(disk.path)).equals(bytes)).toBe(true);
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_event, at) => at + 1));
  for (const code of ['IMAGE-001', 'IMAGE-002'] as const) {
    const versions = events.filter((event) => event.code === code).map(({ fields }) => fields['version']);
    expect(versions, code).toEqual([...new Set(versions)]);
    expect(versions, code).toContain(image.version);
  }
}

/** Kills an agent at each of the points, one after the other, each time starting where the last one was killed. */
async function killAtEach(data: string, disk: PackedDisk, points: readonly string[]): Promise<void> {
  for (const point of points) expect((await runAgent(data, disk, point)).at(-1)).toBe(point);
  await runAgent(data, disk);
  await expectWhole(data, disk);
}

describe('an agent that is killed again and again while it brings an image here', {
  timeout: 600_000,
}, () => {
  it('goes on at each start from where it was, without repair', async () => {
    await killAtEach(join(folder, 'agent'), first, [
      'after makeFolder',
      'after serveImage',
      'after prepareDisks',
      'in IMAGE-001',
      'after stream',
      'in IMAGE-002',
    ]);
  });

  it('does so for an update that takes blocks from the older copy, which goes then', async () => {
    await killAtEach(join(folder, 'agent'), second, [
      'after exportBase',
      'after prepareDisks',
      'after stream',
      'in IMAGE-002',
      'in IMAGE-005',
      'before trimIndexes',
    ]);
    const { events } = readStore(join(folder, 'agent'));
    const complete = events.findLast(({ code }) => code === 'IMAGE-002');
    expect(complete?.fields['copiesBytes']).toBeGreaterThan(0);
  });
});
