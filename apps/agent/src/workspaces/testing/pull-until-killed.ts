// An agent of one workspace that pulls its image, names on standard output what it does, and kills itself with
// SIGKILL at the point it was told. Arguments: folder, lease as JSON, keys as JSON, name of the point or nothing.
import { writeSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { type Lease, leaseKeysSchema, leaseSchema } from '@carrel/contract';
import { workspaceActionSchema } from '@carrel/contract/agent-api';
import { systemClock } from '@carrel/kit';
import { agentPaths } from '../../agent-paths.ts';
import { createDelivery } from '../../delivery.ts';
import { createHost } from '../../host.ts';
import type { LeaseKeeper } from '../../leases/lease-keeper.ts';
import { openDatabase } from '../../store/database.ts';
import { createEventQueue } from '../../store/event-queue.ts';
import { createFacts } from '../../store/facts.ts';
import { createStoreSeal } from '../../store/store-seal.ts';
import type { Machines } from '../machines.ts';
import { createOperationStore } from '../operations.ts';
import { Supervisor } from '../supervisor.ts';
import { UserWorkspace } from '../user-workspace.ts';
import { workspaceFiles } from '../workspace-files.ts';
import { createWorkspaceRecords } from '../workspace-record.ts';
import { WorkspaceState } from '../workspace-state.ts';

const [folder = '', leaseText = '', keysText = '', killAt = ''] = process.argv.slice(2);
const lease: Lease = leaseSchema.parse(JSON.parse(leaseText));
const keys = leaseKeysSchema.parse(JSON.parse(keysText));

function reach(point: string): void {
  writeSync(1, `${point}\n`);
  if (point === killAt) process.kill(process.pid, 'SIGKILL');
}

function onUnexpected(error: unknown): void {
  writeSync(2, `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
}

async function around<T>(name: string, act: () => Promise<T>): Promise<T> {
  reach(`before ${name}`);
  const result = await act();
  reach(`after ${name}`);
  return result;
}

/** With a point before and after each call that changes something. */
function watched(real: Machines): Machines {
  return {
    ...real,
    makeFolder: (...args) => around('makeFolder', () => real.makeFolder(...args)),
    prepareDisks: (...args) => around('prepareDisks', () => real.prepareDisks(...args)),
    discardOverlay: (...args) => around('discardOverlay', () => real.discardOverlay(...args)),
    stream: (...args) => around('stream', () => real.stream(...args)),
    exportBase: (...args) => around('exportBase', () => real.exportBase(...args)),
    shareSocket: (...args) => around('shareSocket', () => real.shareSocket(...args)),
  };
}

const paths = agentPaths(folder);
await mkdir(paths.workspaces, { recursive: true });
const database = openDatabase(paths.database);
const events = createEventQueue(
  database,
  () => Date.now(),
  ({ code }) => reach(`in ${code}`),
);
const records = createWorkspaceRecords(database, createStoreSeal(database, new Uint8Array(32)));
const machines = watched(createHost().machines);
const leases = {
  list: () => Promise.resolve([lease]),
  require: () => Promise.resolve(lease),
  evaluate: () => ({ outcome: 'valid', warningMs: null, endsAs: null, remainingMs: null }),
  openKeys: () => Promise.resolve(keys),
} as unknown as LeaseKeeper;
const delivery = createDelivery({
  paths,
  facts: createFacts(database),
  clock: systemClock,
  leases,
  machines,
  repository: { server: 'https://127.0.0.1:1', authority: '', authorize: () => Promise.resolve(undefined) },
  records: () => supervisor.list().map(({ state }) => state.record),
  random: Math.random,
  onPeerLied: () => undefined,
  onTrouble: (_what, error) => onUnexpected(error),
});
const supervisor: Supervisor = new Supervisor({
  records,
  leases,
  operations: createOperationStore(database),
  createWorkspace: (record, { onProgress, forget }) =>
    new UserWorkspace({
      files: workspaceFiles(paths.workspaces, record),
      state: new WorkspaceState(record, records, () => {
        onProgress();
        const { progress } = record.bases.at(-1) ?? { progress: 0 };
        if (progress > 0 && progress < 1) reach('half way');
      }),
      machines,
      events,
      transaction: (work) => {
        const result = database.transaction(work);
        reach('after transaction');
        return result;
      },
      leases,
      serveImage: async (request) => {
        const served = await delivery.serveImage(request);
        reach('after serveImage');
        return served;
      },
      transfers: delivery.transfers,
      space: delivery.space,
      onBaseRemoved: async () => {
        reach('before trimIndexes');
        await delivery.trimIndexes();
        reach('after trimIndexes');
      },
      hostMemory: { totalMiB: 1024, availableMiB: () => 1024 },
      clock: systemClock,
      random: Math.random,
      isOnline: () => true,
      trustedNowMs: () => Date.now(),
      onProgress,
      forget,
      presence: { has: () => true },
      verifyHost: () => Promise.resolve(),
      onUnexpected,
    }),
  makeContact: () => Promise.resolve(),
  verifyPerson: () => Promise.resolve('server'),
  events,
  nowMs: () => Date.now(),
  onUnexpected,
});
await delivery.sweep();
reach('after sweep');
supervisor.begin();
await supervisor.refreshLeases();
const begun = await supervisor.act(
  workspaceActionSchema.parse({ action: 'pull', workspace: lease.workspaceName }),
);
const signal = AbortSignal.timeout(60_000);
for (let now = begun; now.state === 'running' && !signal.aborted; ) {
  now = (await supervisor.operation(begun.id, 1_000, signal)) ?? now;
}
const [workspace] = supervisor.list();
while (workspace && !workspace.isSettled && !signal.aborted) await systemClock.sleep(20);
await supervisor.close();
reach('done');
process.exitCode = signal.aborted ? 1 : 0;
