import type { DiskReader } from '../disk/disk-reader.ts';
import { type ListedFile, listExtFiles, NotTrusted } from '../filesystem/index.ts';
import { blockBytes } from '../format/constants.ts';
import { openImage } from '../image/open-image.ts';
import { type DescribedPartition, describeLayout } from '../source/layout/describe-layout.ts';
import { diskRegion } from '../source/layout/disk-region.ts';
import type { FileSystemType } from '../source/layout/file-system-signature.ts';
import type { ComparedVersion, Comparison } from './compared.ts';
import { signFile } from './sign-file.ts';

export interface FileDifference {
  /** From the root of its file system. */
  readonly path: string;
  readonly change: 'added' | 'removed' | 'changed';
  readonly kind: ListedFile['kind'];
  /** Of the newer file; of a removed one, what it had. */
  readonly sizeBytes: number;
  /** Bytes of its blocks that the older image holds nowhere. */
  readonly newBytes: number;
}

export interface FileSystemDifference {
  /** Number of the partition; 0 when the disk is one file system. */
  readonly partition: number;
  readonly type: FileSystemType;
  readonly label: string;
  /** Those with the most new bytes first, then by path. */
  readonly files: readonly FileDifference[];
  /** A sentence for people: why files are not listed. */
  readonly note: string | undefined;
}

/** Tells which files of two versions differ, partition by partition. Permissions and times are not compared. */
export async function diffFiles(
  comparison: Comparison,
  signal: AbortSignal | undefined,
): Promise<FileSystemDifference[]> {
  await using older = await openImage(comparison.older.location);
  await using newer = await openImage(comparison.newer.location);
  const before = await fileSystemsOf(older, signal);
  const after = await fileSystemsOf(newer, signal);
  const found: FileSystemDifference[] = [];
  for (const partition of after) {
    const was = before.find((other) => other.number === partition.number && isExt(other));
    found.push(await diffPartition({ comparison, older, newer, signal }, was, partition));
  }
  for (const gone of before) {
    if (after.some((other) => other.number === gone.number)) continue;
    found.push({ ...about(gone), files: [], note: 'Only the older image has this file system.' });
  }
  return found;
}

interface FileComparison {
  readonly comparison: Comparison;
  readonly older: DiskReader;
  readonly newer: DiskReader;
  readonly signal: AbortSignal | undefined;
}

type FileSystem = DescribedPartition & { readonly fileSystem: FileSystemType };

async function fileSystemsOf(disk: DiskReader, signal: AbortSignal | undefined): Promise<FileSystem[]> {
  const { partitions } = await describeLayout(disk, signal);
  return partitions.flatMap((partition) => {
    const { fileSystem } = partition;
    return fileSystem === undefined ? [] : [{ ...partition, fileSystem }];
  });
}

function isExt({ fileSystem }: FileSystem): boolean {
  return fileSystem === 'ext2' || fileSystem === 'ext3' || fileSystem === 'ext4';
}

function about({ number, fileSystem, label }: FileSystem) {
  return { partition: number, type: fileSystem, label };
}

async function diffPartition(
  work: FileComparison,
  was: FileSystem | undefined,
  is: FileSystem,
): Promise<FileSystemDifference> {
  const unread = (reason: string): FileSystemDifference => {
    return { ...about(is), files: [], note: `Its files are not listed, because ${reason}.` };
  };
  if (!isExt(is)) return unread(`file systems of the kind ${is.fileSystem} are not read here`);
  const { older, newer } = work.comparison;
  const isSameKey = older.index.version.manifest.keyId === newer.index.version.manifest.keyId;
  if (!isSameKey) return unread('the two images were packed with different keys');
  try {
    const files = await diffExt(work, was, is);
    return { ...about(is), files, note: undefined };
  } catch (error) {
    if (error instanceof NotTrusted) return unread(error.message);
    // Numbers read from a damaged disk led outside of a buffer.
    if (error instanceof RangeError) return unread('its tables do not make sense');
    throw error;
  }
}

async function diffExt(
  { comparison, older, newer, signal }: FileComparison,
  was: FileSystem | undefined,
  is: FileSystem,
): Promise<FileDifference[]> {
  const before = new Map<string, Pick<ListedFile, 'kind' | 'sizeBytes'> & { readonly signature: string }>();
  if (was !== undefined) {
    for await (const file of listExtFiles(diskRegion(older, was.startBytes, was.sizeBytes, signal), signal)) {
      const { kind, sizeBytes } = file;
      before.set(file.path, { kind, sizeBytes, signature: signFile(comparison.older, file) });
    }
  }
  const files: FileDifference[] = [];
  for await (const file of listExtFiles(diskRegion(newer, is.startBytes, is.sizeBytes, signal), signal)) {
    const { path, kind, sizeBytes } = file;
    const old = before.get(path);
    before.delete(path);
    if (old?.signature === signFile(comparison.newer, file)) continue;
    const newBytes = newBytesOf(comparison.newer, file, comparison.isHeld);
    files.push({ path, change: old === undefined ? 'added' : 'changed', kind, sizeBytes, newBytes });
  }
  for (const [path, { kind, sizeBytes }] of before) {
    files.push({ path, change: 'removed', kind, sizeBytes, newBytes: 0 });
  }
  return files.sort((a, b) => b.newBytes - a.newBytes || (a.path < b.path ? -1 : 1));
}

function newBytesOf(version: ComparedVersion, file: ListedFile, isHeld: Comparison['isHeld']): number {
  let blocks = 0;
  for (const { block, blocks: count } of file.runs) {
    for (const run of version.index.runs.within(block, block + count)) {
      for (let at = 0; at < run.blocks; at += 1) if (!isHeld(run.stored + at)) blocks += 1;
    }
  }
  return blocks * blockBytes;
}
