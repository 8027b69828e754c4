// Contacts of many devices and one change that touches all of them: npm run bench:policy-refresh -- --devices 5000
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { routes } from '@carrel/contract';
import { systemClock } from '@carrel/kit';
import { initInstance } from '../../apps/server/src/instance/index.ts';
import {
  connect,
  createPostgresDatabase,
  databaseKinds,
  postgresSizeBytes,
  serveTestInstance,
  silentLog,
  type TestInstance,
} from '../../apps/server/src/testing/index.ts';
import { startServerProcess } from '../../apps/server/src/testing/server-process.ts';
import { ensureAdministrator } from '../../apps/server/src/users/index.ts';
import { type Estate, fillEstate } from './estate.ts';
import { cpuSecondsOf, peakMemoryMiBOf, postgresPidsOf } from './process-use.ts';
import { type Expected, type Refresh, refreshAll } from './refresh.ts';

const { values: options } = parseArgs({
  options: {
    devices: { type: 'string', default: '5000' },
    database: { type: 'string', multiple: true, default: [...databaseKinds] },
    profile: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const deviceCount = Number(options.devices);
if (!Number.isInteger(deviceCount) || deviceCount < 1 || deviceCount > 100_000) {
  throw new RangeError('--devices takes a whole number from 1 to 100000');
}

interface Figures extends Refresh {
  readonly database: string;
  readonly what: string;
  readonly serverCpuSeconds: number;
  readonly databaseCpuSeconds: number;
  readonly peakMemoryMiB: number;
  readonly databaseMiB: number;
}

type Kind = (typeof databaseKinds)[number];

async function measure(kind: Kind): Promise<Figures[]> {
  await using undo = new AsyncDisposableStack();
  const scratch = await mkdtemp(join(tmpdir(), 'carrel-refresh-'));
  undo.defer(() => rm(scratch, { recursive: true }));
  const instance = await makeInstance(kind, join(scratch, 'instance'));
  process.stderr.write(`${kind}: making ${deviceCount} devices\n`);
  const estate = await fill(instance);
  const env = {
    ...(instance.connectionString === undefined ? {} : { CARREL_DATABASE: instance.connectionString }),
    ...(options.profile === undefined
      ? {}
      : { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${join(options.profile, kind)}` }),
  };
  const server = undo.use(await startServerProcess(['--data', instance.folder, '--log-level', 'warn'], env));
  const connection = undo.use(
    connect(server.url, await readFile(join(instance.folder, 'authority.crt'), 'utf8')),
  );
  const { instanceId } = await connection.client().call(routes.getInstance, {});
  const rounds: Figures[] = [];
  const round = async (what: string, expected: Expected, before?: () => Promise<unknown>): Promise<void> => {
    process.stderr.write(`${kind}: ${what}\n`);
    const [cpu, databaseCpu] = await cpuOf(server.pid, instance);
    const startMs = performance.now();
    await before?.();
    const beforeSeconds = (performance.now() - startMs) / 1000;
    const refresh = await refreshAll(connection, instanceId, estate.devices, expected);
    const [cpuAfter, databaseCpuAfter] = await cpuOf(server.pid, instance);
    rounds.push({
      ...refresh,
      seconds: refresh.seconds + beforeSeconds,
      database: kind,
      what,
      serverCpuSeconds: cpuAfter - cpu,
      databaseCpuSeconds: databaseCpuAfter - databaseCpu,
      peakMemoryMiB: await peakMemoryMiBOf(server.pid),
      databaseMiB: await databaseMiBOf(instance),
    });
  };
  const workspaceId = estate.everybodysWorkspaceId;
  await round('first contact of all', { workspaceId, revision: 1 });
  await round('contact of all, nothing changed', { workspaceId, revision: 1 });
  const body = { userName: 'admin', password: instance.password, transport: 'bearer' as const };
  const { token = '' } = await connection.client().call(routes.signIn, { body });
  await round('one change for all, then contact of all', { workspaceId, revision: 2 }, () =>
    changePolicy(connection, token, workspaceId),
  );
  // An orderly end writes the profile.
  await server.stop('SIGTERM');
  return rounds;
}

async function makeInstance(kind: Kind, folder: string): Promise<TestInstance> {
  const connectionString = kind === 'postgres' ? await createPostgresDatabase() : undefined;
  const passwords: string[] = [];
  await initInstance({
    folder,
    connectionString,
    names: [],
    clock: systemClock,
    log: silentLog,
    createAdministrator: (database) => ensureAdministrator(database, systemClock.nowMs()),
    handOver: ({ password }) => Promise.resolve(void passwords.push(password)),
  });
  return { folder, connectionString, password: passwords[0] ?? '' };
}

async function fill(instance: TestInstance): Promise<Estate> {
  await using server = await serveTestInstance(instance);
  return await fillEstate(server, deviceCount);
}

/** Edits the policy of the workspace that everybody has. */
async function changePolicy(
  connection: ReturnType<typeof connect>,
  token: string,
  workspaceId: string,
): Promise<void> {
  const client = connection.as(token);
  const params = { workspaceId };
  const { name, description, imageId, channel, policy, revision } = await client.call(routes.getWorkspace, {
    params,
  });
  const general = { ...policy.general, supportContact: 'help@carrel.example' };
  const body = { name, description, imageId, channel, policy: { ...policy, general } };
  await client.call(routes.changeWorkspace, { params, body, revision });
}

async function cpuOf(pid: number, { connectionString }: TestInstance): Promise<[number, number]> {
  const name = connectionString === undefined ? '' : new URL(connectionString).pathname.slice(1);
  const backends = name === '' ? [] : await postgresPidsOf(name);
  return [await cpuSecondsOf([pid]), await cpuSecondsOf(backends)];
}

async function databaseMiBOf({ folder, connectionString }: TestInstance): Promise<number> {
  const mebibyte = 1024 * 1024;
  if (connectionString === undefined) return (await stat(join(folder, 'server.sqlite'))).size / mebibyte;
  return (await postgresSizeBytes(connectionString)) / mebibyte;
}

function print(rows: readonly Figures[]): void {
  const lines = rows.map((row) => [
    row.database,
    row.what,
    row.seconds.toFixed(1),
    (deviceCount / row.seconds).toFixed(0),
    row.serverCpuSeconds.toFixed(1),
    row.database === 'postgres' ? row.databaseCpuSeconds.toFixed(1) : '–',
    row.p50Ms.toFixed(0),
    row.p95Ms.toFixed(0),
    row.peakMemoryMiB.toFixed(0),
    row.databaseMiB.toFixed(1),
  ]);
  const heading =
    '| database | what | seconds | contacts a second | CPU s, server | CPU s, database | p50 ms | p95 ms | peak MiB, server | database MiB |';
  process.stdout.write(`${heading}\n|${'---|'.repeat(10)}\n`);
  for (const line of lines) process.stdout.write(`| ${line.join(' | ')} |\n`);
  process.stdout.write(`\n${deviceCount} devices, ${rows[0]?.leases ?? 0} leases a round.\n`);
}

const figures: Figures[] = [];
for (const kind of databaseKinds.filter((known) => options.database.includes(known))) {
  figures.push(...(await measure(kind)));
}
if (options.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
else print(figures);
