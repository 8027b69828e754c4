import type { DiskReader } from '../disk/disk-reader.ts';
import type { FileSystemType } from '../source/layout/file-system-signature.ts';
import { findUnusedExtents, type UnusedInFileSystem } from './find-unused-extents.ts';
import { RunIndex } from './run-index.ts';
import { trimmedDisk } from './trimmed-disk.ts';

/** What was given up in one file system. */
export interface TrimmedFileSystem {
  /** Number of the partition; 0 when the whole disk is the file system. */
  readonly partition: number;
  readonly type: FileSystemType;
  readonly label: string;
  readonly sizeBytes: number;
  /** Bytes that held something, are in use by no file, and read as zero now. */
  readonly discardedBytes: number;
  /** A sentence for people: why nothing was given up. */
  readonly note: string | undefined;
}

export interface TrimmedDisk {
  /** The disk with unused blocks reading as zero. The disk given stays the caller's, and must stay open. */
  readonly disk: DiskReader;
  readonly discardedBytes: number;
  readonly fileSystems: readonly TrimmedFileSystem[];
}

/**
 * Leaves the remains of deleted files out of a disk: blocks that no file system uses read as zero. Every block that is
 * in use, or may be, stays as it is (see {@link findUnusedExtents}).
 */
export async function withoutUnusedBlocks(
  disk: DiskReader,
  options: { readonly signal?: AbortSignal } = {},
): Promise<TrimmedDisk> {
  const found = await findUnusedExtents(disk, options);
  const fileSystems: TrimmedFileSystem[] = [];
  for (const { unused, ...about } of found) {
    fileSystems.push({ ...about, discardedBytes: await countData(disk, unused, options.signal) });
  }
  const runs = found.flatMap(({ unused }) => unused).toSorted((a, b) => a.offsetBytes - b.offsetBytes);
  return {
    disk: trimmedDisk(disk, runs),
    discardedBytes: fileSystems.reduce((total, { discardedBytes }) => total + discardedBytes, 0),
    fileSystems,
  };
}

/** The bytes of the runs that are not zero already. */
async function countData(
  disk: DiskReader,
  unused: UnusedInFileSystem['unused'],
  signal?: AbortSignal,
): Promise<number> {
  const [first, last] = [unused[0], unused.at(-1)];
  if (!first || !last) return 0;
  const index = new RunIndex(unused);
  let dataBytes = 0;
  const lengthBytes = last.offsetBytes + last.lengthBytes - first.offsetBytes;
  for await (const extent of disk.extents(first.offsetBytes, lengthBytes, signal)) {
    if (extent.kind === 'zero') continue;
    for (const run of index.within(extent.offsetBytes, extent.lengthBytes)) dataBytes += run.lengthBytes;
  }
  return dataBytes;
}
