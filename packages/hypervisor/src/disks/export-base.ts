import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { QemuPrograms, RunAs } from '../host/index.ts';
import { machinePaths } from '../host/machine-folder.ts';
import { baseNode, nodes } from './block-graph.ts';
import type { DiskKey } from './disk-key.ts';
import type { NbdSource } from './nbd-source.ts';
import { startStorageDaemon } from './storage-daemon.ts';

export interface ExportBaseOptions {
  readonly programs: QemuPrograms;
  /** The machine's folder; the socket is made in its guest folder. */
  readonly folder: string;
  /** A base that stands alone. A guest may run on it meanwhile. */
  readonly basePath: string;
  readonly diskKey: DiskKey;
  readonly runAs: RunAs | undefined;
  /** Ends the start-up. */
  readonly signal?: AbortSignal | undefined;
}

/** A base that can be read at a unix socket. Disposing it ends the process; so does our own end. */
export interface BaseExport extends NbdSource, AsyncDisposable {}

const exportPattern = /^export-[0-9a-f]{12}(?:-monitor)?\.sock$/;

/**
 * Exports a base read-only, decrypted, over NBD at a unix socket that only the guest's user and root may open.
 *
 * @throws {QEMU_START_FAILED} {QEMU_MISSING}
 */
export async function exportBase(options: ExportBaseOptions): Promise<BaseExport> {
  const { guestFolder, exportLogFile } = machinePaths(options.folder);
  const id = randomBytes(6).toString('hex');
  const socketName = `export-${id}.sock`;
  const socketPath = join(guestFolder, socketName);
  const node = {
    ...baseNode(options.basePath, guestFolder, false),
    // The guest that streamed it may still hold it open for writing; nothing of it changes any more.
    'force-share': true,
  };
  const daemon = await startStorageDaemon({
    ...options,
    nodes: [node],
    extraArgs: [
      ...['--nbd-server', `addr.type=unix,addr.path=${socketName}`],
      ...['--export', `type=nbd,id=base,node-name=${nodes.base},name=,writable=off`],
    ],
    monitorSocket: join(guestFolder, `export-${id}-monitor.sock`),
    logFile: exportLogFile,
  });
  return {
    socketPath,
    exportName: '',
    [Symbol.asyncDispose]: async () => {
      await daemon.end();
      await rm(socketPath, { force: true });
    },
  };
}

/** Whether a file of a guest folder is a socket of an export, left behind when its maker was killed. */
export function isExportSocket(name: string): boolean {
  return exportPattern.test(name);
}
