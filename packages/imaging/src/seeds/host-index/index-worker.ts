// The program of the thread that refreshes an index: reads, hashes and writes by itself, so that the process it is
// part of is not held up.
import { constants, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { createBlockIdentifier } from '../../format/block-id.ts';
import { deriveImageKeys } from '../../format/key-schedule.ts';
import { FolderRules } from './folder-rules.ts';
import { isDamage, openIndexDatabase, removeIndexDatabase } from './index-database.ts';
import { lockIndexes } from './index-lock.ts';
import { IndexRefresh } from './index-refresh.ts';
import { createPace, type Pace } from './pace.ts';
import type { RefreshAnswer, RefreshTask } from './refresh-task.ts';

const progressMs = 100;
const task = workerData as RefreshTask;

lowerPriority();
refresh(createPace(task.stopSwitch, task.rateBytesPerSecond));

function refresh(pace: Pace): void {
  using lock = lockIndexes(task.folder);
  if (lock === undefined) {
    answer({ kind: 'busy' });
    return;
  }
  try {
    refreshOnce(pace);
  } catch (error) {
    if (!isDamage(error)) throw error;
    // Damage that opening did not show.
    removeIndexDatabase(task.path);
    refreshOnce(pace);
  }
}

function refreshOnce(pace: Pace): void {
  const database = openIndexDatabase(task.path);
  try {
    let toldAtMs = Number.NEGATIVE_INFINITY;
    const refreshing = new IndexRefresh({
      database,
      identify: createBlockIdentifier(deriveImageKeys(task.repositoryKey)),
      rules: new FolderRules(task.folders, process.platform),
      limits: task.limits,
      crossesMounts: task.crossesMounts,
      pace,
      onProgress: (doneBytes, folder) => {
        if (performance.now() - toldAtMs < progressMs) return;
        toldAtMs = performance.now();
        answer({ kind: 'progress', doneBytes, folder: forPeople(folder) });
      },
    });
    const isComplete = refreshing.run();
    database.exec('PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(TRUNCATE);');
    const totals = database
      .prepare('SELECT count(*) AS files, coalesce(sum(size), 0) AS bytes FROM files')
      .get();
    const { user, system } = process.threadCpuUsage();
    answer({
      kind: 'done',
      isComplete,
      counts: refreshing.counts,
      files: Number(totals?.['files']),
      fileBytes: Number(totals?.['bytes']),
      cpuSeconds: (user + system) / 1e6,
    });
  } finally {
    database.close();
  }
}

/** Only Linux has priorities of threads; elsewhere this would slow down the whole process. */
function lowerPriority(): void {
  if (process.platform === 'linux') setPriority(0, constants.priority.PRIORITY_LOW);
}

/** Names may hold anything, also what would move the cursor of a terminal. */
function forPeople(path: Buffer): string {
  return path.toString().replaceAll(/\p{Cc}/gu, '\u{fffd}');
}

function answer(message: RefreshAnswer): void {
  parentPort?.postMessage(message);
}
