import { mkdir, open, truncate, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DiskReader } from '../../disk/disk-reader.ts';
import { mustRun } from '../../nbd/testing/run.ts';
import type { Scratch } from '../../nbd/testing/scratch.ts';

export const mebibyte = 1024 * 1024;
/** What deleted files were full of. */
export const secret = 'the remains of a deleted file ';

export function pattern(text: string, lengthBytes: number): Buffer {
  return Buffer.alloc(lengthBytes, text);
}

/** Makes a file system with the given program in a sparse file. */
export async function makeFileSystem(
  scratch: Scratch,
  mkfs: readonly string[],
  sizeMiB: number,
): Promise<string> {
  const path = scratch.path('disk.raw');
  await writeFile(path, '');
  await truncate(path, sizeMiB * mebibyte);
  const [program = '', ...args] = mkfs;
  await mustRun(program, ...args, path);
  return path;
}

/** Mounts a disk, does the work in it, and unmounts it for good. */
export async function withMount<T>(
  scratch: Scratch,
  path: string,
  mountType: string,
  options: string,
  work: (root: string) => Promise<T>,
): Promise<T> {
  const root = scratch.path('mounted');
  await mkdir(root, { recursive: true });
  await mustRun('mount', '-t', mountType, '-o', `loop,${options}`, path, root);
  try {
    return await work(root);
  } finally {
    await mustRun('umount', root);
    // A FUSE file system lets go of its disk a moment after the unmount.
    while ((await mustRun('losetup', '-j', path)).trim() !== '') await sleep(20);
  }
}

/** Writes what a disk reads as into a sparse file. */
export async function materialise(disk: DiskReader, path: string): Promise<void> {
  const file = await open(path, 'w');
  await file.truncate(disk.sizeBytes);
  for await (const [offset, bytes] of dataPieces(disk)) await file.write(bytes, 0, bytes.length, offset);
  await file.close();
}

/** How many 4 KiB blocks of a disk hold remains. */
export async function countRemains(disk: DiskReader): Promise<number> {
  const blocks = new Set<number>();
  for await (const [offset, bytes] of dataPieces(disk)) {
    const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let at = data.indexOf(secret); at >= 0; at = data.indexOf(secret, at + 1)) {
      const block = Math.floor((offset + at) / 4096);
      blocks.add(block);
      // On with the next block.
      at = Math.max(at, (block + 1) * 4096 - offset - 1);
    }
  }
  return blocks.size;
}

async function* dataPieces(disk: DiskReader): AsyncIterable<readonly [offset: number, bytes: Uint8Array]> {
  for await (const extent of disk.extents(0, disk.sizeBytes)) {
    for (let at = 0; extent.kind === 'data' && at < extent.lengthBytes; at += mebibyte) {
      const offset = extent.offsetBytes + at;
      yield [offset, await disk.read(offset, Math.min(mebibyte, extent.lengthBytes - at))];
    }
  }
}
