// An agent that deletes the one workspace whose record says so, names on standard output what it does, and kills
// itself with SIGKILL at the point it was told. Arguments: folder, name of the point or nothing.
import { writeSync } from 'node:fs';
import { agentPaths } from '../../agent-paths.ts';
import { createHost } from '../../host.ts';
import { createLeaseStore } from '../../leases/lease-store.ts';
import { openDatabase } from '../../store/database.ts';
import { createEventQueue } from '../../store/event-queue.ts';
import { createStoreSeal } from '../../store/store-seal.ts';
import { deleteWorkspace } from '../delete-workspace.ts';
import { workspaceFiles } from '../workspace-files.ts';
import { createWorkspaceRecords } from '../workspace-record.ts';
import { WorkspaceState } from '../workspace-state.ts';

const [folder = '', killAt = ''] = process.argv.slice(2);

function reach(point: string): void {
  writeSync(1, `${point}\n`);
  if (point === killAt) process.kill(process.pid, 'SIGKILL');
}

const paths = agentPaths(folder);
using database = openDatabase(paths.database);
const seal = createStoreSeal(database, new Uint8Array(32));
const records = createWorkspaceRecords(database, seal);
const leases = createLeaseStore(database, seal);
const { machines } = createHost();
const record = records.list().find(({ deletion }) => deletion !== null);
let transactions = 0;
if (record) {
  await deleteWorkspace({
    files: workspaceFiles(paths.workspaces, record),
    state: new WorkspaceState(record, records, () => reach('in update')),
    machines: {
      ...machines,
      destroyKeys: async (machineFolder) => {
        reach('before destroyKeys');
        await machines.destroyKeys(machineFolder);
        reach('after destroyKeys');
      },
    },
    leases: { forget: (key) => leases.remove(key) },
    events: createEventQueue(
      database,
      () => Date.now(),
      ({ code }) => reach(`in ${code}`),
    ),
    transaction: (work) => {
      const result = database.transaction(work);
      transactions += 1;
      reach(`after transaction ${transactions}`);
      return result;
    },
    forget: () => {
      records.remove(record);
      reach('in forget');
    },
    onBaseRemoved: () => {
      reach('in onBaseRemoved');
      return Promise.resolve();
    },
  });
}
reach('done');
