import type { QemuPrograms, RunAs } from '../host/index.ts';
import { giveToGuest, machinePaths, makeMachineFolder } from '../host/machine-folder.ts';
import { baseNode, imageNode } from './block-graph.ts';
import type { DiskKey } from './disk-key.ts';
import type { NbdSource } from './nbd-source.ts';
import { QmpStreamJob, startStream } from './qmp-stream-job.ts';
import { type StorageDaemon, startStorageDaemon } from './storage-daemon.ts';
import type { StreamJob, StreamOutcome } from './stream-job.ts';

export interface StreamOfflineOptions {
  readonly programs: QemuPrograms;
  /** The machine's folder. */
  readonly folder: string;
  readonly basePath: string;
  readonly source: NbdSource;
  readonly diskKey: DiskKey;
  /** 0 is unlimited. */
  readonly rateBytesPerSecond: number;
  readonly runAs: RunAs | undefined;
  /** Ends the start-up; once the job is there, use the job. */
  readonly signal?: AbortSignal;
}

/** A stream job in a process of its own, which ends with the job, with us, and when disposed. */
export interface OfflineStreamJob extends StreamJob, AsyncDisposable {}

/**
 * Brings the image into the base while no guest runs, in a storage daemon. The outcome is told when the daemon has
 * let go of the disk. If we are killed the kernel ends the daemon, too.
 *
 * @throws {QEMU_START_FAILED} when the export does not answer or the disk is in use @throws {QEMU_MISSING}
 */
export async function streamOffline(options: StreamOfflineOptions): Promise<OfflineStreamJob> {
  const { folder, runAs, source, basePath, programs, diskKey, signal } = options;
  const { guestFolder, streamSocket, streamLogFile } = machinePaths(folder);
  await makeMachineFolder(folder, runAs);
  await giveToGuest(source.socketPath, runAs);
  const daemon = await startStorageDaemon({
    programs,
    folder,
    diskKey,
    runAs,
    nodes: [imageNode(source, guestFolder), baseNode(basePath, guestFolder, true)],
    monitorSocket: streamSocket,
    logFile: streamLogFile,
    signal,
  });
  try {
    await startStream(daemon.qmp, options.rateBytesPerSecond);
  } catch (error) {
    await daemon.end();
    throw error;
  }
  return offlineJob(daemon);
}

function offlineJob(daemon: StorageDaemon): OfflineStreamJob {
  const job = new QmpStreamJob(daemon.qmp, () => Promise.resolve());
  const outcome: Promise<StreamOutcome> = job.outcome.then(async (told) => {
    await daemon.end();
    return told;
  });
  // A killed daemon leaves the disk as after a power failure, which qcow2 survives: all that is copied stays.
  const cancel = async (): Promise<void> => {
    await job.cancel();
    if (!job.isOver) daemon.kill();
    await outcome;
  };
  return {
    outcome,
    progress: () => job.progress(),
    setRate: (rate) => job.setRate(rate),
    pause: () => job.pause(),
    resume: () => job.resume(),
    cancel,
    [Symbol.asyncDispose]: cancel,
  };
}
