import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fail } from '@carrel/contract';
import { UndoStack } from '@carrel/kit';
import type { RunAs } from '../host/index.ts';
import { hasCode } from '../host/system-error.ts';
import { nameFrom } from './block-graph.ts';
import { type DiskKey, diskPassphrase } from './disk-key.ts';
import { type EmptyQcow2, type FileImage, layOutEmptyQcow2 } from './empty-qcow2.ts';

export interface CreateDiskOptions {
  /** Absolute; a file that is there is replaced once the new one is whole. */
  readonly path: string;
  readonly virtualSizeBytes: number;
  readonly diskKey: DiskKey;
  /** Who the disk will belong to. */
  readonly runAs: RunAs | undefined;
  readonly signal?: AbortSignal;
}

/**
 * An empty encrypted disk that an image will be brought into. No export need run yet.
 *
 * 64 KiB clusters: one copy-on-read then fetches about one frame of the image. The backing name in the header is a
 * mark only (every open names its graph itself): QEMU removes it when the stream job is done, in the same write that
 * makes the disk stand alone.
 *
 * @throws {DISK_FULL}
 */
export async function createBaseDisk(options: CreateDiskOptions): Promise<void> {
  const backing = { name: 'nbd+unix:///?socket=image', format: 'raw' } as const;
  await createDisk(options, { backing, clusterBytes: 64 * 1024, hasExtendedL2: false });
}

/**
 * An empty encrypted disk on top of a base: the machine is as the image. The machine must not be running; a saved
 * state that goes with the old overlay is for the caller to discard.
 *
 * 128 KiB clusters in 32 parts (`extended_l2`): a guest's 4 KiB write takes 4 KiB and copies nothing, so that writing
 * never waits for the image to arrive.
 *
 * @throws {DISK_FULL}
 */
export async function createOverlayDisk(
  options: CreateDiskOptions & { readonly basePath: string },
): Promise<void> {
  const backing = { name: nameFrom(dirname(options.path), options.basePath), format: 'qcow2' } as const;
  await createDisk(options, { backing, clusterBytes: 128 * 1024, hasExtendedL2: true });
}

/**
 * Makes a disk under a temporary name, so that a name without `.new` always means a whole disk. The guest's user may
 * write to the folder: the file is made anew and never reached through a link. No lazy reference counts: a killed
 * machine must start again without a repair pass.
 */
async function createDisk(
  options: CreateDiskOptions,
  layout: Pick<EmptyQcow2, 'backing' | 'clusterBytes' | 'hasExtendedL2'>,
): Promise<void> {
  const { path, runAs, virtualSizeBytes, diskKey, signal } = options;
  signal?.throwIfAborted();
  const newPath = `${path}.new`;
  await using undo = new UndoStack();
  undo.push(() => rm(newPath, { force: true }));
  await rm(newPath, { force: true });
  const disk = layOutEmptyQcow2({ ...layout, virtualSizeBytes, passphrase: diskPassphrase(diskKey) });
  await writeNew(newPath, disk, runAs).catch((error: unknown) => {
    const isFull = hasCode(error, 'ENOSPC') || hasCode(error, 'EDQUOT') || hasCode(error, 'EFBIG');
    throw isFull ? fail('DISK_FULL', { path }, error) : error;
  });
  await rename(newPath, path);
  undo.keep();
}

async function writeNew(path: string, disk: FileImage, runAs: RunAs | undefined): Promise<void> {
  // With `wx` a link in the place of the file is refused, not followed.
  const file = await open(path, 'wx', 0o600);
  await using _close = file;
  await file.truncate(disk.sizeBytes);
  for (const { offsetBytes, bytes } of disk.pieces) {
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await file.write(bytes, done, bytes.length - done, offsetBytes + done);
      done += bytesWritten;
    }
  }
  if (runAs) await file.chown(runAs.uid, runAs.gid);
  await file.sync();
}
