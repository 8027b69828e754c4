import { type AppError, isAppError } from '@carrel/kit';
import { decoding } from '../format/damaged.ts';
import { decodeFrame } from '../format/frame-codec.ts';
import type { ImageIndex } from '../index/image-index.ts';
import { readRange } from '../index/read-blob.ts';
import { type FrameRange, frameName } from '../index/read-frames.ts';
import type { ReadOptions, RepositoryReader } from '../repository/repository.ts';
import { FrameCache } from './frame-cache.ts';

// Frames this near are read together; a range stays small enough to be answered soon.
const gapBytes = 64 * 1024;
const maxRangeBytes = 4 * 1024 * 1024;

/** A frame that was opened, or why it could not be; its neighbours are not to blame. */
type LoadedFrames = ReadonlyMap<number, Uint8Array | AppError>;

export interface FrameLoaderOptions {
  readonly index: ImageIndex;
  /** Tried in order; one that gives wrong bytes is not asked again as long as there is another. */
  readonly sources: readonly RepositoryReader[];
  readonly cacheBytes: number;
  readonly read: ReadOptions;
  readonly onBadData: ((error: AppError) => void) | undefined;
}

/** Brings frames from the repository: cached, never twice at the same time, neighbours in one request. */
export class FrameLoader {
  readonly #options: FrameLoaderOptions;
  readonly #cache: FrameCache;
  readonly #loading = new Map<number, Promise<LoadedFrames>>();
  #sources: readonly RepositoryReader[];

  constructor(options: FrameLoaderOptions) {
    this.#options = options;
    this.#cache = new FrameCache(options.cacheBytes);
    this.#sources = options.sources;
  }

  /**
   * The blocks of frames.
   *
   * @param wanted ascending
   * @param readAhead how many frames behind the last may be loaded along with it
   * @throws {IMAGE_DATA_DAMAGED} and what the repository throws
   */
  async load(wanted: readonly number[], readAhead = 0): Promise<ReadonlyMap<number, Uint8Array>> {
    const found = new Map<number, Uint8Array>();
    const missing: number[] = [];
    for (const frame of wanted) {
      const cached = this.#cache.get(frame);
      if (cached !== undefined) found.set(frame, cached);
      else if (!this.#loading.has(frame)) missing.push(frame);
    }
    for (const range of this.#merge(missing, readAhead)) this.#start(range);
    for (const frame of wanted) {
      if (found.has(frame)) continue;
      const blocks = (await this.#loading.get(frame))?.get(frame) ?? this.#cache.get(frame);
      if (isAppError(blocks)) throw blocks;
      // Dropped from a small cache between two waits: ask again.
      found.set(frame, blocks ?? (await this.load([frame])).get(frame) ?? new Uint8Array(0));
    }
    return found;
  }

  #merge(missing: readonly number[], readAhead: number): FrameRange[] {
    const { frames } = this.#options.index;
    const ranges: FrameRange[] = [];
    const extended = [...missing, ...this.#ahead(missing.at(-1), readAhead)];
    for (const frame of extended) {
      const { pack, offsetBytes, storedBytes } = frames.place(frame);
      const last = ranges.at(-1);
      const end = offsetBytes + storedBytes;
      const isNear =
        last?.pack === pack &&
        offsetBytes - last.offsetBytes - last.lengthBytes <= gapBytes &&
        end - last.offsetBytes <= maxRangeBytes;
      if (last !== undefined && isNear) {
        const grown = { lengthBytes: end - last.offsetBytes, frames: frame - last.firstFrame + 1 };
        ranges[ranges.length - 1] = { ...last, ...grown };
      } else {
        ranges.push({ pack, offsetBytes, lengthBytes: storedBytes, firstFrame: frame, frames: 1 });
      }
    }
    return ranges;
  }

  *#ahead(last: number | undefined, count: number): Generator<number> {
    if (last === undefined) return;
    const { frames } = this.#options.index;
    const end = frames.packFrames[frames.place(last).pack + 1] ?? 0;
    for (let frame = last + 1; frame < Math.min(end, last + 1 + count); frame += 1) {
      if (this.#cache.has(frame) || this.#loading.has(frame)) return;
      yield frame;
    }
  }

  #start(range: FrameRange): void {
    const loading = this.#loadRange(range).finally(() => {
      for (let at = 0; at < range.frames; at += 1) {
        if (this.#loading.get(range.firstFrame + at) === loading) this.#loading.delete(range.firstFrame + at);
      }
    });
    // Whoever waits for it hears of a failure; frames read ahead may have nobody waiting.
    loading.catch(() => undefined);
    for (let at = 0; at < range.frames; at += 1) this.#loading.set(range.firstFrame + at, loading);
  }

  async #loadRange(range: FrameRange): Promise<LoadedFrames> {
    for (;;) {
      const [source, ...others] = this.#sources;
      if (source === undefined) throw new RangeError('There is no source.');
      const opened = await this.#loadFrom(source, range);
      const errors = [...opened.values()].filter((frame) => isAppError(frame));
      for (const error of errors) {
        if (error.code === 'IMAGE_DATA_DAMAGED') this.#options.onBadData?.(error);
      }
      if (errors.length === 0 || others.length === 0) return opened;
      if (this.#sources[0] === source) this.#sources = others;
    }
  }

  async #loadFrom(source: RepositoryReader, range: FrameRange): Promise<LoadedFrames> {
    const { index, read, sources } = this.#options;
    const digest = index.packs[range.pack]?.digest ?? '';
    // What local layouts give is no download.
    const options = source === sources.at(-1) ? read : { signal: read.signal };
    const loaded = new Map<number, Uint8Array | AppError>();
    const numbers = Array.from({ length: range.frames }, (_, at) => range.firstFrame + at);
    try {
      const stored = await readRange(source, digest, range, options);
      let from = 0;
      for (const frame of numbers) {
        const length = index.frames.storedBytesOf(frame);
        loaded.set(frame, this.#open(frame, stored.subarray(from, from + length), source.location));
        from += length;
      }
    } catch (error) {
      if (!isAppError(error)) throw error;
      for (const frame of numbers) loaded.set(frame, error);
    }
    return loaded;
  }

  #open(frame: number, stored: Uint8Array, location: string): Uint8Array | AppError {
    const { index } = this.#options;
    const { blocks } = index.frames.place(frame);
    try {
      const opened = decoding(frameName(index, frame), location, () =>
        decodeFrame(index.version.keys, index.frames.idOf(frame), blocks, stored),
      );
      this.#cache.set(frame, opened);
      return opened;
    } catch (error) {
      if (isAppError(error)) return error;
      throw error;
    }
  }
}
