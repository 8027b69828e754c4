import type { LongOperationOptions } from '@carrel/kit';
import type { ImageLocation } from '../image/image-options.ts';
import type { TransferCounters } from '../image/image-reader.ts';

export interface FetchOptions extends ImageLocation, LongOperationOptions {
  /** The disk file to make; written as `PATH.partial` and renamed when complete. */
  readonly outputPath: string;
  /** Disk images, block devices, or folders of files, in order of preference. */
  readonly seeds?: readonly string[];
  readonly rateLimitBytesPerSecond?: number;
  /** Replaces an existing file. */
  readonly force?: boolean;
  /** Requests in flight, default 4. */
  readonly connections?: number;
  readonly threads?: number;
}

/** What a fetch did. */
export interface FetchReceipt extends TransferCounters {
  readonly digest: string;
  readonly imageBytes: number;
  readonly dataBytes: number;
  /** Bytes that an interrupted run had already put in place. */
  readonly bytesResumed: number;
  readonly seconds: number;
}
