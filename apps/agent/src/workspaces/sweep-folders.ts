import { readdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isExportSocket } from '@carrel/hypervisor';
import { isErrorCode } from '../store/atomic-file.ts';
import type { WorkspaceFiles } from './workspace-files.ts';
import type { WorkspaceRecord } from './workspace-record.ts';

const folderPattern = /^[0-9a-f]{16}$/;
const basePattern = /^base-[0-9a-f]{16}\.qcow2$/;
const overlayPattern = /^overlay(-b)?\.qcow2$/;

/**
 * Removes what earlier agents were killed over in a workspace's folder: halves of disks, sockets of processes that are
 * gone, and copies of images and disks from before an update that no record speaks of. Only before anything of the workspace is begun.
 */
export async function sweepWorkspace(
  files: WorkspaceFiles,
  { bases, overlayDisk, previous }: WorkspaceRecord,
): Promise<void> {
  const disks = [overlayDisk, ...(previous ? [previous.disk] : [])];
  const recorded = new Set(
    [
      ...bases.map(({ source }) => files.base(source.manifestDigest)),
      ...disks.map((disk) => files.overlay(disk)),
    ].map((path) => basename(path)),
  );
  for (const name of await namesIn(files.guestFolder)) {
    const isUnknown = (basePattern.test(name) || overlayPattern.test(name)) && !recorded.has(name);
    if (isUnknown || name.endsWith('.qcow2.new') || isExportSocket(name)) {
      await rm(join(files.guestFolder, name), { force: true });
    }
  }
}

/**
 * Removes folders of workspaces that no record speaks of; one in which a machine may still run stays.
 *
 * @param known folders that belong to a record
 */
export async function sweepFolders(parent: string, known: readonly string[]): Promise<void> {
  const kept = new Set(known.map((folder) => basename(folder)));
  for (const name of await namesIn(parent)) {
    if (!folderPattern.test(name) || kept.has(name)) continue;
    const folder = join(parent, name);
    if (await hasMachine(folder)) continue;
    await rm(folder, { recursive: true, force: true });
  }
}

function hasMachine(folder: string): Promise<boolean> {
  return stat(join(folder, 'machine.json')).then(
    () => true,
    (error: unknown) => {
      if (isErrorCode(error, 'ENOENT')) return false;
      throw error;
    },
  );
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: unknown) => {
    if (isErrorCode(error, 'ENOENT')) return [];
    throw error;
  });
}
