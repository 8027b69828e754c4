import type { DiskReader } from '../disk/disk-reader.ts';
import { type DescribedPartition, describeLayout } from '../source/layout/describe-layout.ts';
import type { DiskRegion } from '../source/layout/disk-region.ts';
import { diskRegion } from '../source/layout/disk-region.ts';
import type { FileSystemType } from '../source/layout/file-system-signature.ts';
import { findUnusedExt } from './ext/find-unused-ext.ts';
import { findUnusedFat } from './fat/find-unused-fat.ts';
import { NotTrusted } from './not-trusted.ts';
import { findUnusedNtfs } from './ntfs/find-unused-ntfs.ts';
import type { UnusedRun } from './unused-runs.ts';
import { findUnusedXfs } from './xfs/find-unused-xfs.ts';

/** What was found in one file system. */
export interface UnusedInFileSystem {
  /** Number of the partition; 0 when the whole disk is the file system. */
  readonly partition: number;
  readonly type: FileSystemType;
  readonly label: string;
  readonly sizeBytes: number;
  /** Ascending, whole 4 KiB blocks of the disk. Empty when the file system was left alone. */
  readonly unused: readonly UnusedRun[];
  /** A sentence for people: why it was left alone. */
  readonly note: string | undefined;
}

type Finder = (region: DiskRegion, signal?: AbortSignal) => Promise<UnusedRun[]>;

const finders: Readonly<Partial<Record<FileSystemType, Finder>>> = {
  ext2: findUnusedExt,
  ext3: findUnusedExt,
  ext4: findUnusedExt,
  xfs: findUnusedXfs,
  ntfs: findUnusedNtfs,
  fat12: findUnusedFat,
  fat16: findUnusedFat,
  fat32: findUnusedFat,
};

/**
 * Finds the blocks that the file systems of a disk do not use, where remains of deleted files lie.
 *
 * Errs on the side of keeping: a file system that is damaged, was not unmounted, or has features unknown here is left
 * alone as a whole, with a note. What lies between and outside file systems is never unused.
 */
export async function findUnusedExtents(
  disk: DiskReader,
  options: { readonly signal?: AbortSignal } = {},
): Promise<UnusedInFileSystem[]> {
  const { signal } = options;
  const { partitions } = await describeLayout(disk, signal);
  const found: UnusedInFileSystem[] = [];
  for (const partition of partitions) {
    signal?.throwIfAborted();
    const { fileSystem } = partition;
    if (fileSystem === undefined) continue;
    const others = partitions.filter((other) => other !== partition);
    found.push(await examine(disk, partition, fileSystem, others, signal));
  }
  return found;
}

async function examine(
  disk: DiskReader,
  partition: DescribedPartition,
  type: FileSystemType,
  others: readonly DescribedPartition[],
  signal?: AbortSignal,
): Promise<UnusedInFileSystem> {
  const { number, startBytes, sizeBytes, label } = partition;
  const about = { partition: number, type, label, sizeBytes };
  const leftAlone = (reason: string): UnusedInFileSystem => {
    const where = number === 0 ? `the ${type} file system` : `partition ${number} (${type})`;
    return { ...about, unused: [], note: `Unused blocks of ${where} are kept, because ${reason}.` };
  };
  const find = finders[type];
  if (!find) return leftAlone('this kind is not read here');
  if (others.some((other) => overlap(partition, other))) return leftAlone('another partition overlaps it');
  if (startBytes + sizeBytes > disk.sizeBytes) return leftAlone('it reaches past the end of the disk');
  try {
    const unused = await find(diskRegion(disk, startBytes, sizeBytes, signal), signal);
    return { ...about, unused, note: undefined };
  } catch (error) {
    if (error instanceof NotTrusted) return leftAlone(error.message);
    // Numbers read from a damaged disk led outside of a buffer.
    if (error instanceof RangeError) return leftAlone('its tables do not make sense');
    throw error;
  }
}

function overlap(a: DescribedPartition, b: DescribedPartition): boolean {
  return a.startBytes < b.startBytes + b.sizeBytes && b.startBytes < a.startBytes + a.sizeBytes;
}
