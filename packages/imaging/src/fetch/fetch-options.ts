import type { AppError, LongOperationOptions } from '@carrel/kit';
import type { ImageLocation } from '../image/image-options.ts';
import type { StoredFrame, TransferCounters, TransferredFrom } from '../image/image-reader.ts';
import type { SectionCacheOptions } from '../index/section-cache.ts';
import type { RateLimiter } from '../repository/repository.ts';
import type { BlockSeed } from '../seeds/block-seed.ts';
import type { FrameSource } from '../sources/index.ts';

/** Which image, and where its blocks may come from. */
export interface ForecastOptions extends ImageLocation, LongOperationOptions {
  /** More places to read packs from, beside `repository`. Whoever opened them closes them. */
  readonly sources?: readonly FrameSource[];
  /**
   * What may hold blocks of the image on this computer, in order of preference: paths of disk images, block devices
   * and folders, or seeds. A path of an OCI layout is a staged source.
   */
  readonly seeds?: readonly (string | BlockSeed)[];
  /** Bounds what is taken from the repository and mirrors. */
  readonly limiter?: RateLimiter;
  /** Where parts of indexes are kept between runs; none are by default. */
  readonly indexCache?: SectionCacheOptions;
  readonly threads?: number;
  /** Told of every object that was not what was packed, and from where; nothing of it was used. */
  readonly onBadData?: (error: AppError) => void;
}

export interface FetchOptions extends ForecastOptions {
  /** The disk file to make; written as `PATH.partial` and renamed when complete. */
  readonly outputPath: string;
  /** Told of every verified frame that came from the repository or another source; staged ones excepted. */
  readonly onFrame?: (frame: StoredFrame) => void;
  /** Told what the fetch is going to take from where, before it takes it. */
  readonly onPlan?: (plan: FetchForecast) => void;
  /** Replaces an existing file. */
  readonly force?: boolean;
  /** Requests in flight, default 4. */
  readonly connections?: number;
}

/** What a fetch is going to do, as far as it can be known: seeds may turn out to have changed. */
export interface FetchForecast {
  readonly digest: string;
  readonly imageBytes: number;
  /** Bytes of the image's blocks that are not zero. */
  readonly dataBytes: number;
  /** Bytes of blocks that are in place already, in seeds, and in staged layouts. */
  readonly foundBytes: number;
  /** Bytes to be downloaded, beside the index that was read for this forecast. */
  readonly downloadBytes: number;
  readonly requests: number;
  /** Bytes to be taken from each kind of place; of seeds, bytes of blocks. */
  readonly sources: readonly TransferredFrom[];
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
