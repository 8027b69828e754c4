import type { AppError, Clock } from '@carrel/kit';
import type { DiskReader } from '../disk/disk-reader.ts';
import type { ImageSummary } from '../format/manifest.ts';
import type { RateLimiter } from '../repository/repository.ts';
import type { BlockSeed } from '../seeds/block-seed.ts';
import type { FrameSource, FrameSourceKind } from '../sources/index.ts';
import type { ImageLocation } from './image-options.ts';

/** A frame as it is stored in its pack, sealed; it was opened and is what was packed. */
export interface StoredFrame {
  readonly packDigest: string;
  readonly packBytes: number;
  /** Where in the pack it lies. */
  readonly offsetBytes: number;
  /** Valid during the call only. */
  readonly stored: Uint8Array;
}

export interface OpenImageOptions extends ImageLocation {
  /** More places to read packs from, beside `repository`. Whoever opened them closes them. */
  readonly sources?: readonly FrameSource[];
  /**
   * What may hold blocks of the image on this computer, in order of preference; verified at each use. Paths of disks,
   * devices and folders are read through in the background while the image is read already; a path of an OCI layout
   * is a staged source. Disposing the image disposes of seeds made from paths only.
   */
  readonly seeds?: readonly (string | BlockSeed)[];
  /** Told of every verified frame that came from the repository or another source; staged ones excepted. */
  readonly onFrame?: (frame: StoredFrame) => void;
  /** Decoded frames kept in memory, default 64 MiB. */
  readonly cacheBytes?: number;
  readonly limiter?: RateLimiter;
  /** Told of every object that was not what was packed; nothing of it was used. */
  readonly onBadData?: (error: AppError) => void;
  /** Told when seeds could not be looked through to the end; reads go on without what was not found. */
  readonly onSeedTrouble?: (error: unknown) => void;
  /** Worker threads that open frames, default one a core and at most 2. */
  readonly threads?: number;
  readonly clock?: Clock;
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
  /** What each place gave. */
  readonly sources: readonly TransferredFrom[];
}

/** What was taken from one place. */
export interface TransferredFrom {
  /** For people: an address, a path, "files of this computer". */
  readonly name: string;
  readonly kind: FrameSourceKind | 'seed';
  /** Bytes of bodies; of seeds, bytes of blocks. */
  readonly bytes: number;
  readonly requests: number;
}

/** A packed image as a disk: reads fetch, verify and decode what they need. Disposing it leaves the repository open. */
export interface ImageReader extends DiskReader {
  readonly image: ImageSummary;
  /** A snapshot of what was transferred since the image was opened. */
  counters(): TransferCounters;
  /**
   * Loads what a recorded boot of the image reads, in its order, behind whatever is read meanwhile, and keeps it in
   * the cache until it is read. Does nothing when no boot was recorded. Resolves when all of it was loaded; goes on by
   * itself when the sources could not be reached for a while.
   *
   * @throws {IMAGE_DATA_DAMAGED}, and the signal's reason
   */
  prefetchBoot(signal?: AbortSignal): Promise<void>;
}
