import type { Clock } from '@carrel/kit';
import type { DiskExtent } from '../disk/disk-reader.ts';
import { blockBytes } from '../format/constants.ts';
import type { ImageSummary } from '../format/manifest.ts';
import type { ImageIndex } from '../index/image-index.ts';
import { untilAborted } from '../repository/until-aborted.ts';
import type { WorkerPool } from '../workers/worker-pool.ts';
import { bootFrames } from './boot-frames.ts';
import { prefetchBoot } from './boot-prefetch.ts';
import type { FrameLoader } from './frame-loader.ts';
import type { ImageReader, TransferCounters } from './image-reader.ts';
import { summarize } from './inspect-image.ts';
import type { SeedBlocks } from './seed-blocks.ts';
import { SequentialReads } from './sequential-reads.ts';
import { countersOf, type SeedMeter } from './transferred.ts';

export interface PackedImageParts {
  readonly index: ImageIndex;
  readonly loader: FrameLoader;
  readonly pool: WorkerPool;
  readonly seeds: SeedBlocks;
  readonly seedMeter: SeedMeter;
  readonly cacheBytes: number;
  readonly clock: Clock;
  /** Aborted when the image is closed. */
  readonly closing: AbortController;
  /** Closes what was opened for the image. */
  readonly close: () => Promise<void>;
}

/** Some blocks of a read that lie in one frame. */
interface Piece {
  readonly block: number;
  readonly blocks: number;
  readonly frame: number;
  /** First of them within the frame. */
  readonly at: number;
}

/** A packed image whose index is loaded. */
export class PackedImage implements ImageReader {
  readonly image: ImageSummary;
  readonly sizeBytes: number;
  readonly #parts: PackedImageParts;
  readonly #index: ImageIndex;
  readonly #sequential: SequentialReads;
  /** Frames that are loaded ahead of a boot, in its own order, and those that were. */
  #bootFrames: ReadonlySet<number> = new Set();

  constructor(parts: PackedImageParts) {
    this.#parts = parts;
    this.#index = parts.index;
    const { manifest, config, root } = parts.index.version;
    this.image = summarize(manifest, config);
    this.sizeBytes = root.virtualSizeBytes;
    this.#sequential = new SequentialReads(Math.min(4 * 1024 * 1024, parts.cacheBytes / 16));
  }

  counters(): TransferCounters {
    const { loader, seedMeter } = this.#parts;
    return countersOf(this.#index.version.sources, seedMeter, loader.stagedBytes);
  }

  async read(offsetBytes: number, lengthBytes: number, signal?: AbortSignal): Promise<Uint8Array> {
    signal?.throwIfAborted();
    this.#parts.closing.signal.throwIfAborted();
    if (offsetBytes < 0 || lengthBytes < 0 || offsetBytes + lengthBytes > this.sizeBytes) {
      throw new RangeError(`Bytes ${offsetBytes}+${lengthBytes} lie outside of the disk.`);
    }
    const bytes = new Uint8Array(lengthBytes);
    const filling = this.#fill(bytes, offsetBytes);
    // What follows a read of a recorded boot is known and on its way.
    const ahead = this.#isOfBoot(offsetBytes, offsetBytes + lengthBytes)
      ? undefined
      : this.#sequential.note(offsetBytes, lengthBytes);
    if (ahead) this.#readAhead(ahead.from, ahead.to);
    // What is loaded serves other readers too, so an abort only ends the waiting.
    await (signal === undefined ? filling : untilAborted(filling, signal));
    return bytes;
  }

  async *extents(offsetBytes: number, lengthBytes: number): AsyncIterable<DiskExtent> {
    const end = offsetBytes + lengthBytes;
    let next = offsetBytes;
    const runs = this.#index.runs.within(Math.floor(offsetBytes / blockBytes), Math.ceil(end / blockBytes));
    let data: { start: number; end: number } | undefined;
    for (const run of runs) {
      const [start, stop] = [run.block * blockBytes, (run.block + run.blocks) * blockBytes];
      if (data?.end === start) {
        data.end = stop;
        continue;
      }
      if (data) yield* clipped(next, Math.max(next, data.start), Math.min(end, data.end));
      if (data) next = Math.min(end, data.end);
      data = { start, end: stop };
    }
    if (data) yield* clipped(next, Math.max(next, data.start), Math.min(end, data.end));
    if (data) next = Math.min(end, data.end);
    await Promise.resolve();
    if (next < end) yield { offsetBytes: next, lengthBytes: end - next, kind: 'zero' };
  }

  async prefetchBoot(signal?: AbortSignal): Promise<void> {
    const { loader, pool, seeds, clock, cacheBytes, closing } = this.#parts;
    const both = signal === undefined ? closing.signal : AbortSignal.any([signal, closing.signal]);
    both.throwIfAborted();
    const isElsewhere = (stored: number): boolean => seeds.has(stored);
    this.#bootFrames = new Set([...bootFrames(this.#index, isElsewhere)].flat());
    // The threads start while the first frames are on their way.
    if (this.#bootFrames.size > 0) pool.warmUp();
    try {
      await prefetchBoot({
        index: this.#index,
        loader,
        maxUnreadBytes: cacheBytes * 0.75,
        isElsewhere,
        clock,
        signal: both,
      });
    } catch (error) {
      this.#bootFrames = new Set();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#parts.closing.abort();
    await this.#parts.close();
  }

  async #fill(bytes: Uint8Array, offset: number): Promise<void> {
    const { seeds, loader } = this.#parts;
    const [first, end] = [Math.floor(offset / blockBytes), Math.ceil((offset + bytes.length) / blockBytes)];
    const pieces: Piece[] = [];
    for (const run of this.#index.runs.within(first, end)) {
      for (let at = 0; at < run.blocks; ) {
        const [stored, block, left] = [run.stored + at, run.block + at, run.blocks - at];
        const copied = seeds.has(stored)
          ? await seeds.copy(stored, left, (number, content) =>
              copyInto(bytes, offset, block + number, content),
            )
          : 0;
        if (copied === 0) pieces.push(this.#pieceAt(stored, block, left));
        at += copied === 0 ? (pieces.at(-1)?.blocks ?? left) : copied;
      }
    }
    const byFrame = Map.groupBy(pieces, ({ frame }) => frame);
    await loader.load(
      [...byFrame.keys()].toSorted((a, b) => a - b),
      (frame, content) => {
        for (const { block, blocks, at } of byFrame.get(frame) ?? []) {
          copyInto(bytes, offset, block, content.subarray(at * blockBytes, (at + blocks) * blockBytes));
        }
      },
    );
  }

  /** As many blocks as come from the frame of the first one: those behind it that seeds hold wait for their own turn. */
  #pieceAt(stored: number, block: number, maxBlocks: number): Piece {
    const { frames } = this.#index;
    const frame = frames.frameOf(stored);
    const most = Math.min(maxBlocks, frames.firstBlockOf(frame + 1) - stored);
    let blocks = 1;
    while (blocks < most && !this.#parts.seeds.has(stored + blocks)) blocks += 1;
    return { block, blocks, frame, at: stored - frames.firstBlockOf(frame) };
  }

  /** Whether a recorded boot reads all of this too. */
  #isOfBoot(from: number, to: number): boolean {
    if (this.#bootFrames.size === 0) return false;
    const frames = [...this.#framesWithin(from, to)];
    return frames.length > 0 && frames.every((frame) => this.#bootFrames.has(frame));
  }

  #readAhead(from: number, to: number): void {
    const ahead = new Set<number>();
    for (const frame of this.#framesWithin(from, Math.min(to, this.sizeBytes))) {
      if (!this.#bootFrames.has(frame)) ahead.add(frame);
    }
    this.#parts.loader.loadAhead([...ahead]);
  }

  /** Frames that hold blocks of a part of the disk which no seed holds; one may come several times. */
  *#framesWithin(from: number, to: number): Generator<number, void, undefined> {
    const { frames, runs } = this.#index;
    const [first, end] = [Math.floor(from / blockBytes), Math.ceil(to / blockBytes)];
    for (const run of runs.within(first, end)) {
      for (let stored = run.stored; stored < run.stored + run.blocks; ) {
        const frame = frames.frameOf(stored);
        if (!this.#parts.seeds.has(stored)) yield frame;
        stored = frames.firstBlockOf(frame + 1);
      }
    }
  }
}

/** Copies the part of consecutive blocks that lies in the buffer of a read. */
function copyInto(bytes: Uint8Array, offset: number, block: number, content: Uint8Array): void {
  const at = block * blockBytes - offset;
  const skipped = Math.max(0, -at);
  bytes.set(content.subarray(skipped, Math.min(content.length, bytes.length - at)), at + skipped);
}

function* clipped(next: number, start: number, end: number): Generator<DiskExtent> {
  if (start > next) yield { offsetBytes: next, lengthBytes: start - next, kind: 'zero' };
  if (end > start) yield { offsetBytes: start, lengthBytes: end - start, kind: 'data' };
}
