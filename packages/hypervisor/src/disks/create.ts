import { lchown, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { UndoStack } from '@carrel/kit';
import type { QemuPrograms, RunAs } from '../host/index.ts';
import { diskSecretId, nameFrom } from './block-graph.ts';
import type { DiskKey } from './disk-key.ts';
import { runQemuImg } from './qemu-img.ts';

export interface CreateDiskOptions {
  readonly programs: QemuPrograms;
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
 * @throws {DISK_FULL} @throws {SOURCE_DAMAGED} @throws {QEMU_MISSING}
 */
export async function createBaseDisk(options: CreateDiskOptions): Promise<void> {
  await createDisk(options, ['-b', 'nbd+unix:///?socket=image', '-F', 'raw'], 'cluster_size=64k');
}

/**
 * An empty encrypted disk on top of a base: the machine is as the image. The machine must not be running; a saved
 * state that goes with the old overlay is for the caller to discard.
 *
 * 128 KiB clusters in 32 parts (`extended_l2`): a guest's 4 KiB write takes 4 KiB and copies nothing, so that writing
 * never waits for the image to arrive.
 *
 * @throws {DISK_FULL} @throws {SOURCE_DAMAGED} @throws {QEMU_MISSING}
 */
export async function createOverlayDisk(
  options: CreateDiskOptions & { readonly basePath: string },
): Promise<void> {
  const backing = nameFrom(dirname(options.path), options.basePath);
  await createDisk(options, ['-b', backing, '-F', 'qcow2'], 'cluster_size=128k,extended_l2=on');
}

/**
 * Makes a disk under a temporary name, so that a name without `.new` always means a whole disk.
 *
 * `iter-time=10`: the key is 256 random bits, which no slowing down of guesses makes harder to guess, and every start
 * is seconds faster. `lazy_refcounts=off`: a killed machine must start again without a repair pass.
 */
async function createDisk(
  options: CreateDiskOptions,
  backing: readonly string[],
  layout: string,
): Promise<void> {
  const { path, runAs, programs, diskKey, signal } = options;
  const newPath = `${path}.new`;
  await using undo = new UndoStack();
  undo.push(() => rm(newPath, { force: true }));
  await rm(newPath, { force: true });
  const encryption = `encrypt.format=luks,encrypt.key-secret=${diskSecretId},encrypt.iter-time=10`;
  const settings = [
    '-q',
    '-f',
    'qcow2',
    '-u',
    ...backing,
    '-o',
    `${encryption},${layout},lazy_refcounts=off`,
  ];
  await runQemuImg(
    'create',
    [...settings, '--', `./${basename(newPath)}`, String(options.virtualSizeBytes)],
    {
      program: programs.img,
      path,
      diskKey,
      runAs: await makerOf(path, runAs),
      ...(signal && { signal }),
    },
  );
  if (runAs) await lchown(newPath, runAs.uid, runAs.gid);
  await rename(newPath, path);
  undo.keep();
}

/** In a folder of the guest's user we write as that user, so that no link placed there leads us astray. */
async function makerOf(path: string, runAs: RunAs | undefined): Promise<RunAs | undefined> {
  const { uid } = await stat(dirname(path));
  return uid === runAs?.uid ? runAs : undefined;
}
