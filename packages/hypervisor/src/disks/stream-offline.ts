import { type ChildProcess, spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { fail } from '@carrel/contract';
import { systemClock, UndoStack } from '@carrel/kit';
import { findProgram, type QemuPrograms, type RunAs, SecretFile } from '../host/index.ts';
import { lastWords, openLog } from '../host/log-file.ts';
import { giveToGuest, machinePaths, makeMachineFolder } from '../host/machine-folder.ts';
import { connectWhenReady, QmpClient } from '../qmp/index.ts';
import { baseNode, diskSecretId, imageNode } from './block-graph.ts';
import { type DiskKey, diskPassphrase } from './disk-key.ts';
import type { NbdSource } from './nbd-source.ts';
import { QmpStreamJob, startStream } from './qmp-stream-job.ts';
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

const secretFd = 3;
const startTimeoutMs = 60_000;

/**
 * Brings the image into the base while no guest runs, in a storage daemon. The outcome is told when the daemon has
 * let go of the disk. If we are killed the kernel ends the daemon, too.
 *
 * @throws {QEMU_START_FAILED} when the export does not answer or the disk is in use @throws {QEMU_MISSING}
 */
export async function streamOffline(options: StreamOfflineOptions): Promise<OfflineStreamJob> {
  const { folder, runAs, source, signal } = options;
  const paths = machinePaths(folder);
  await using undo = new UndoStack();
  await makeMachineFolder(folder, runAs);
  await giveToGuest(source.socketPath, runAs);
  await rm(paths.streamSocket, { force: true });
  await using secret = await SecretFile.create(diskPassphrase(options.diskKey), runAs);
  await using log = await openLog(paths.streamLogFile);
  const [program, argv] = await daemonCommand(options);
  const child = spawn(program, argv, {
    cwd: paths.guestFolder,
    stdio: ['ignore', log.fd, log.fd, secret.fd],
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8' },
    ...runAs,
  });
  const exited = exitOf(child);
  undo.push(() => endDaemon(child, exited));
  const socket = await connectWhenReady(paths.streamSocket, {
    clock: systemClock,
    timeoutMs: startTimeoutMs,
    isHopeless: () => child.exitCode !== null || child.signalCode !== null,
    ...(signal && { signal }),
  });
  if (!socket) throw await startFailure(paths.streamLogFile);
  const qmp = await QmpClient.open(socket, signal && { signal });
  await startStream(qmp, options.rateBytesPerSecond);
  undo.keep();
  return offlineJob(qmp, child, exited);
}

async function daemonCommand(options: StreamOfflineOptions): Promise<[string, string[]]> {
  const { programs, folder, basePath, source } = options;
  const { guestFolder } = machinePaths(folder);
  return [
    await findProgram('setpriv'),
    [
      ...['--pdeathsig', 'KILL', '--no-new-privs', '--', await findProgram(programs.storageDaemon)],
      ...['--object', `secret,id=${diskSecretId},file=/dev/fd/${secretFd}`],
      ...['--blockdev', JSON.stringify(imageNode(source, guestFolder))],
      ...['--blockdev', JSON.stringify(baseNode(basePath, guestFolder, true))],
      ...['--chardev', 'socket,id=monitor,path=stream.sock,server=on,wait=off'],
      ...['--monitor', 'chardev=monitor'],
    ],
  ];
}

function offlineJob(qmp: QmpClient, child: ChildProcess, exited: Promise<void>): OfflineStreamJob {
  const job = new QmpStreamJob(qmp, () => Promise.resolve());
  const outcome: Promise<StreamOutcome> = job.outcome.then(async (told) => {
    await endDaemon(child, exited, qmp);
    return told;
  });
  // A killed daemon leaves the disk as after a power failure, which qcow2 survives: all that is copied stays.
  const cancel = async (): Promise<void> => {
    await job.cancel();
    if (!job.isOver) child.kill('SIGKILL');
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

/** Lets the daemon close the disk by itself where it still listens; then makes sure. */
async function endDaemon(child: ChildProcess, exited: Promise<void>, qmp?: QmpClient): Promise<void> {
  await qmp?.execute('quit', undefined).catch(() => child.kill('SIGTERM'));
  const timer = setTimeout(() => child.kill('SIGKILL'), qmp ? 10_000 : 0);
  await exited;
  clearTimeout(timer);
  await qmp?.close();
}

function exitOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('error', () => {
      resolve();
    });
    child.once('exit', () => {
      resolve();
    });
  });
}

async function startFailure(logFile: string): Promise<Error> {
  const reason = (await lastWords(logFile)) ?? 'the storage daemon does not answer';
  return reason.includes('No space left on device')
    ? fail('DISK_FULL', { path: logFile })
    : fail('QEMU_START_FAILED', { reason });
}
