import type { AppError } from '@carrel/kit';
import type { DiskReader } from '../disk/disk-reader.ts';
import type { ImageSummary } from '../format/manifest.ts';
import type { RateLimiter } from '../repository/repository.ts';
import type { ImageLocation } from './image-options.ts';

export interface OpenImageOptions extends ImageLocation {
  /** Local disks or folders whose blocks are used in place of downloading; verified at each use. */
  readonly seeds?: readonly string[];
  /** Decoded frames kept in memory, default 64 MiB. */
  readonly cacheBytes?: number;
  readonly limiter?: RateLimiter;
  /** Told of every object that was not what was packed; nothing of it was used. */
  readonly onBadData?: (error: AppError) => void;
  /** Bounds opening only; reads take their own signal. */
  readonly signal?: AbortSignal;
}

export interface TransferCounters {
  /** Bytes of bodies taken from the repository. */
  readonly bytesDownloaded: number;
  /** Bytes of image blocks taken from seeds. */
  readonly bytesFromSeeds: number;
  /** Requests sent to the repository. */
  readonly requests: number;
}

/** A packed image as a disk: reads fetch, verify and decode what they need. Disposing it leaves the repository open. */
export interface ImageReader extends DiskReader {
  readonly image: ImageSummary;
  /** A snapshot of what was transferred since the image was opened. */
  counters(): TransferCounters;
}
