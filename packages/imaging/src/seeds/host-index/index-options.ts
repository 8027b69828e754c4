import type { LongOperationOptions } from '@carrel/kit';
import type { RepositoryKey } from '../../keys/repository-key.ts';
import type { IndexFolders } from './default-folders.ts';

/** Bounds of an index. */
export interface IndexLimits {
  /**
   * Size of the index of a key. When it is reached, files of the folders named last are dropped first, and of these
   * the smallest: the row of a small file takes many bytes for each block it can give.
   */
  readonly maxIndexBytes: number;
  /** Smaller files are left out; they seldom fill a block of a disk by themselves. */
  readonly leastFileBytes: number;
  /** Larger files are left out: disks, databases and recordings, which are in no image. */
  readonly largestFileBytes: number;
}

export const defaultIndexLimits: IndexLimits = {
  maxIndexBytes: 64 * 1024 * 1024,
  leastFileBytes: 256,
  largestFileBytes: 2 * 1024 * 1024 * 1024,
};

export interface RefreshOptions extends LongOperationOptions {
  /** The repository key that ids are made with. It is not stored. */
  readonly key: RepositoryKey;
  readonly folders: IndexFolders;
  readonly limits?: Partial<IndexLimits>;
  /** How fast files are read; unlimited without it. */
  readonly rateBytesPerSecond?: number;
  /** Whether to go into other file systems that are mounted below a folder. Default no. */
  readonly crossesMounts?: boolean;
}

/** Files that were not taken in, by reason. */
export interface SkippedFiles {
  readonly tooSmall: number;
  readonly tooLarge: number;
  /** Closed to this process, gone meanwhile, or with contents that cannot be read; folders count as one. */
  readonly unreadable: number;
  /** Written while they were read. */
  readonly changing: number;
  /** Other names of files that are in the index. */
  readonly linked: number;
  /** Dropped or not looked at because the index is full. */
  readonly noRoom: number;
}

/** What a refresh did. */
export interface RefreshReceipt {
  readonly keyId: string;
  /** Files in the index now. */
  readonly files: number;
  /** Bytes of these files. */
  readonly fileBytes: number;
  readonly filesHashed: number;
  readonly bytesHashed: number;
  readonly filesUnchanged: number;
  readonly filesRemoved: number;
  readonly skipped: SkippedFiles;
  /** Size of the index on disk. */
  readonly indexBytes: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
}
