import { lstat } from 'node:fs/promises';
import { fail } from '@carrel/contract';
import type { QemuPrograms, RunAs } from '../host/index.ts';
import { makeMachineFolder } from '../host/machine-folder.ts';
import { hasCode } from '../host/system-error.ts';
import type { MachineDisks } from '../machine/spec.ts';
import { createBaseDisk, createOverlayDisk } from './create.ts';
import type { DiskKey } from './disk-key.ts';
import { type DiskInfo, inspectDisk } from './inspect.ts';
import type { NbdSource } from './nbd-source.ts';

export interface PrepareBaseOptions {
  readonly programs: QemuPrograms;
  /** The machine's folder, made when missing; the disks lie in its guest folder. */
  readonly folder: string;
  readonly basePath: string;
  /** Size of the image's virtual disk. */
  readonly virtualSizeBytes: number;
  readonly diskKey: DiskKey;
  /** The image's export; may be left out once the base stands alone. */
  readonly source: NbdSource | undefined;
  readonly runAs: RunAs | undefined;
  readonly signal?: AbortSignal;
}

export interface PrepareDisksOptions extends PrepareBaseOptions {
  readonly overlayPath: string;
}

/**
 * Makes the disks that are missing and keeps those that are there. Nothing of the image is read yet; the export need
 * not run. The source is left out of the answer when the base stands alone.
 *
 * @throws {DISK_FULL} @throws {SOURCE_DAMAGED} @throws {QEMU_MISSING}
 * @throws {STORE_DAMAGED} when a disk that is there is of another size, or needs a source that was not given
 */
export async function prepareDisks(options: PrepareDisksOptions): Promise<MachineDisks> {
  const { basePath, overlayPath } = options;
  const source = await prepareBase(options);
  if (!(await existing(options, overlayPath))) await createOverlayDisk({ ...options, path: overlayPath });
  return { basePath, overlayPath, source };
}

/**
 * The same for a base alone, also while a machine runs on another one of the same folder.
 *
 * @returns the source, unless the base stands alone
 * @throws what {@link prepareDisks} throws
 */
export async function prepareBase(options: PrepareBaseOptions): Promise<NbdSource | undefined> {
  const { basePath, source } = options;
  await makeMachineFolder(options.folder, options.runAs);
  const base = (await existing(options, basePath)) ?? (await makeBase(options));
  if (!base.isStandalone && !source) {
    throw fail('STORE_DAMAGED', { path: basePath, reason: 'the image is not here wholly and has no source' });
  }
  return base.isStandalone ? undefined : source;
}

async function makeBase(options: PrepareBaseOptions): Promise<DiskInfo> {
  const { source, basePath, programs, runAs } = options;
  if (!source) {
    throw fail('STORE_DAMAGED', { path: basePath, reason: 'there is no base disk and no source for one' });
  }
  await createBaseDisk({ ...options, path: basePath });
  return inspectDisk(programs.img, basePath, runAs);
}

async function existing(options: PrepareBaseOptions, path: string): Promise<DiskInfo | undefined> {
  const isThere = await lstat(path).then(
    () => true,
    (error: unknown) => {
      if (hasCode(error, 'ENOENT')) return false;
      throw error;
    },
  );
  if (!isThere) return undefined;
  const info = await inspectDisk(options.programs.img, path, options.runAs);
  if (info.virtualSizeBytes !== options.virtualSizeBytes) {
    const reason = `the disk has ${info.virtualSizeBytes} bytes and the image ${options.virtualSizeBytes}`;
    throw fail('STORE_DAMAGED', { path, reason });
  }
  if (info.isCorrupt) throw fail('STORE_DAMAGED', { path, reason: 'QEMU marked the disk as corrupt' });
  return info;
}
