import { lstat, rename, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { fail } from '@carrel/contract';
import { UndoStack } from '@carrel/kit';
import type { QemuPrograms, RunAs } from '../host/index.ts';
import { makeMachineFolder } from '../host/machine-folder.ts';
import type { MachineDisks } from '../machine/spec.ts';
import { diskSecretId, nameFrom } from './block-graph.ts';
import type { DiskKey } from './disk-key.ts';
import { type DiskInfo, inspectDisk } from './inspect.ts';
import type { NbdSource } from './nbd-source.ts';
import { runQemuImg } from './qemu-img.ts';

export interface PrepareDisksOptions {
  readonly programs: QemuPrograms;
  /** The machine's folder, made when missing; both disks lie in its guest folder. */
  readonly folder: string;
  readonly basePath: string;
  readonly overlayPath: string;
  /** Size of the image's virtual disk. */
  readonly virtualSizeBytes: number;
  readonly diskKey: DiskKey;
  /** The image's export; may be left out once the base stands alone. */
  readonly source: NbdSource | undefined;
  readonly runAs: RunAs | undefined;
  readonly signal?: AbortSignal;
}

/**
 * Makes the disks that are missing and keeps those that are there. Nothing of the image is read yet; the export need
 * not run. The source is left out of the answer when the base stands alone.
 *
 * @throws {DISK_FULL} @throws {SOURCE_DAMAGED} @throws {QEMU_MISSING}
 * @throws {STORE_DAMAGED} when a disk that is there is of another size, or needs a source that was not given
 */
export async function prepareDisks(options: PrepareDisksOptions): Promise<MachineDisks> {
  const { basePath, overlayPath, source } = options;
  await makeMachineFolder(options.folder, options.runAs);
  const base = (await existing(options, basePath)) ?? (await createBase(options));
  if (!base.isStandalone && !source) {
    throw fail('STORE_DAMAGED', { path: basePath, reason: 'the image is not here wholly and has no source' });
  }
  if (!(await existing(options, overlayPath))) await createOverlay(options);
  return { basePath, overlayPath, source: base.isStandalone ? undefined : source };
}

/** What a new, empty overlay needs to know. */
export type OverlayOptions = Omit<PrepareDisksOptions, 'source'>;

/** Puts a new overlay in the place of the old one: the machine is as the image again. It must not be running. */
export async function resetOverlay(options: OverlayOptions): Promise<void> {
  await createOverlay(options);
}

/**
 * 64 KiB clusters: one copy-on-read then fetches about one frame of the image. The backing name in the header is a
 * mark only (every open names its graph itself): QEMU removes it when the stream job is done, in the same write that
 * makes the disk stand alone.
 */
async function createBase(options: PrepareDisksOptions): Promise<DiskInfo> {
  const { source, basePath } = options;
  if (!source)
    throw fail('STORE_DAMAGED', { path: basePath, reason: 'there is no base disk and no source for one' });
  await createDisk(options, basePath, ['-b', 'nbd+unix:///?socket=image', '-F', 'raw'], 'cluster_size=64k');
  return inspectDisk(options.programs.img, basePath, options.runAs);
}

/**
 * 128 KiB clusters in 32 parts (`extended_l2`): a guest's 4 KiB write takes 4 KiB and copies nothing, so that writing
 * never waits for the image to arrive.
 */
async function createOverlay(options: OverlayOptions): Promise<void> {
  const backing = nameFrom(dirname(options.overlayPath), options.basePath);
  const layout = 'cluster_size=128k,extended_l2=on';
  await createDisk(options, options.overlayPath, ['-b', backing, '-F', 'qcow2'], layout);
}

/**
 * Makes a disk under a temporary name, so that a name without `.new` always means a whole disk.
 *
 * `iter-time=10`: the key is 256 random bits, which no slowing down of guesses makes harder to guess; every start is
 * seconds faster. `lazy_refcounts=off`: a killed machine must start again without a repair pass.
 */
async function createDisk(
  options: OverlayOptions,
  path: string,
  backing: readonly string[],
  layout: string,
): Promise<void> {
  const newPath = `${path}.new`;
  await using undo = new UndoStack();
  undo.push(() => rm(newPath, { force: true }));
  const encryption = `encrypt.format=luks,encrypt.key-secret=${diskSecretId},encrypt.iter-time=10`;
  const args = ['-q', '-f', 'qcow2', '-u', ...backing, '-o', `${encryption},${layout},lazy_refcounts=off`];
  await runQemuImg('create', [...args, '--', `./${basename(newPath)}`, String(options.virtualSizeBytes)], {
    program: options.programs.img,
    path,
    diskKey: options.diskKey,
    runAs: options.runAs,
    ...(options.signal && { signal: options.signal }),
  });
  await rename(newPath, path);
  undo.keep();
}

async function existing(options: PrepareDisksOptions, path: string): Promise<DiskInfo | undefined> {
  const isThere = await lstat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
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
