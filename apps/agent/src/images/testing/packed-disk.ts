import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lease } from '@carrel/contract';
import {
  type BootRun,
  openRawFile,
  openWritableRepository,
  packImage,
  parseReference,
  type Repository,
  repositoryKeyFrom,
  singleKey,
} from '@carrel/imaging';
import { createTestImage } from './sparse-disk.ts';

export const repositoryKey = repositoryKeyFrom(Uint8Array.from({ length: 32 }, (_unused, at) => at));

/** A disk, and the image packed from it into an OCI layout of the folder. */
export interface PackedDisk {
  readonly path: string;
  readonly image: Lease['image'];
  readonly layout: string;
  open(): Repository;
}

/**
 * Packs a disk as the next version of an image.
 *
 * @param bootOrder what a boot of it is said to read
 */
export async function packDisk(
  folder: string,
  name: string,
  version: number,
  bootOrder?: readonly BootRun[],
): Promise<PackedDisk> {
  const path = join(folder, `${name}-${version}.raw`);
  const { virtualSizeBytes } = await createTestImage(path, name);
  if (version > 1) await overwrite(path, version);
  const layout = join(folder, 'layout');
  const reference = `oci:${layout}:${name}:${version}`;
  const openLayout = (): Repository => openWritableRepository(parseReference(reference));
  await using repository = openLayout();
  await using source = await openRawFile(path);
  const machine: Lease['image']['machine'] = {
    firmware: 'bios',
    diskBus: 'virtio',
    networkCard: 'virtio',
    minimumCpus: 1,
    minimumMemoryMiB: 32,
    guestOs: 'other',
    hasGuestAgent: false,
  };
  const keys = singleKey(repositoryKey);
  const { digest } = await packImage({
    ...{ source, repository, tag: String(version), keys, machine, threads: 1 },
    ...(bootOrder && { bootOrder }),
  });
  const { keyId } = repositoryKey;
  const image = { name, version, reference, manifestDigest: digest, keyId, virtualSizeBytes, machine };
  return { path, image, layout, open: openLayout };
}

/** Other bytes where the first version has some, and new ones where it has none. */
async function overwrite(path: string, version: number): Promise<void> {
  await using file = await open(path, 'r+');
  for (const offset of [5 * 1024 ** 2, 11 * 1024 ** 2]) {
    const bytes = createHash('shake256', { outputLength: 64 * 1024 })
      .update(`${offset} ${version}`)
      .digest();
    await file.write(bytes, 0, bytes.length, offset);
  }
}
