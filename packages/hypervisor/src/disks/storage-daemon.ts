import { type ChildProcess, spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { fail } from '@carrel/contract';
import { systemClock, UndoStack } from '@carrel/kit';
import { findProgram, type QemuPrograms, type RunAs, SecretFile } from '../host/index.ts';
import { lastWords, openLog } from '../host/log-file.ts';
import { machinePaths } from '../host/machine-folder.ts';
import { type BlockNode, connectWhenReady, QmpClient } from '../qmp/index.ts';
import { diskSecretId, nameFrom } from './block-graph.ts';
import { type DiskKey, diskPassphrase } from './disk-key.ts';

export interface StorageDaemonOptions {
  readonly programs: QemuPrograms;
  /** The machine's folder; the daemon starts in its guest folder. */
  readonly folder: string;
  readonly diskKey: DiskKey;
  readonly runAs: RunAs | undefined;
  /** In order: a node comes after those it refers to. */
  readonly nodes: readonly BlockNode[];
  /** What else the daemon is to do, as its own options. */
  readonly extraArgs?: readonly string[];
  /** In the guest folder; no other daemon may have it at the same time. */
  readonly monitorSocket: string;
  readonly logFile: string;
  /** Ends the start-up. */
  readonly signal?: AbortSignal | undefined;
}

/** QEMU's storage daemon with its disks open. If we are killed the kernel ends it, too. */
export interface StorageDaemon {
  readonly qmp: QmpClient;
  /** Lets it close its disks by itself where it still listens; then makes sure. */
  end(): Promise<void>;
  /** Ends it as a power failure would, at once. */
  kill(): void;
}

const secretFd = 3;
const startTimeoutMs = 60_000;
const endTimeoutMs = 10_000;

/**
 * Starts a storage daemon, confined as the guest's user. It has opened everything when this resolves.
 *
 * @throws {QEMU_START_FAILED} {QEMU_MISSING} {DISK_FULL}
 */
export async function startStorageDaemon(options: StorageDaemonOptions): Promise<StorageDaemon> {
  const { runAs, signal, logFile, monitorSocket } = options;
  const { guestFolder } = machinePaths(options.folder);
  await using undo = new UndoStack();
  await rm(monitorSocket, { force: true });
  await using secret = await SecretFile.create(diskPassphrase(options.diskKey), runAs);
  await using log = await openLog(logFile);
  const [program, argv] = await commandOf(options);
  const child = spawn(program, argv, {
    cwd: guestFolder,
    stdio: ['ignore', log.fd, log.fd, secret.fd],
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8' },
    ...runAs,
  });
  const exited = exitOf(child);
  undo.push(() => endDaemon(child, exited));
  const socket = await connectWhenReady(monitorSocket, {
    clock: systemClock,
    timeoutMs: startTimeoutMs,
    isHopeless: () => child.exitCode !== null || child.signalCode !== null,
    ...(signal && { signal }),
  });
  if (!socket) throw await startFailure(logFile);
  const qmp = await QmpClient.open(socket, signal && { signal });
  undo.keep();
  return {
    qmp,
    end: async () => {
      await endDaemon(child, exited, qmp);
      await rm(monitorSocket, { force: true });
    },
    kill: () => void child.kill('SIGKILL'),
  };
}

async function commandOf(options: StorageDaemonOptions): Promise<[string, string[]]> {
  const { guestFolder } = machinePaths(options.folder);
  const monitorName = nameFrom(guestFolder, options.monitorSocket);
  return [
    await findProgram('setpriv'),
    [
      ...['--pdeathsig', 'KILL', '--no-new-privs', '--', await findProgram(options.programs.storageDaemon)],
      ...['--object', `secret,id=${diskSecretId},file=/dev/fd/${secretFd}`],
      ...options.nodes.flatMap((node) => ['--blockdev', JSON.stringify(node)]),
      ...(options.extraArgs ?? []),
      ...['--chardev', `socket,id=monitor,path=${monitorName},server=on,wait=off`],
      ...['--monitor', 'chardev=monitor'],
    ],
  ];
}

async function endDaemon(child: ChildProcess, exited: Promise<void>, qmp?: QmpClient): Promise<void> {
  await qmp?.execute('quit', undefined).catch(() => child.kill('SIGTERM'));
  const timer = setTimeout(() => child.kill('SIGKILL'), qmp ? endTimeoutMs : 0);
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
