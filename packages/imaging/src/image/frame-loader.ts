import { abortReason, type Clock, isAppError } from '@carrel/kit';
import { FormatError } from '../format/format-error.ts';
import { decodeFrame } from '../format/frame-codec.ts';
import { releaseBuffer } from '../format/release-buffer.ts';
import type { ImageIndex } from '../index/image-index.ts';
import type { PackHolders } from '../index/pack-holders.ts';
import type { FrameRange, StoredFrames } from '../index/read-frames.ts';
import { tellFrames } from '../index/tell-frames.ts';
import { type OpenedBatch, transferFrames } from '../index/transfer-frames.ts';
import type { RateLimiter } from '../repository/repository.ts';
import type { FrameSource } from '../sources/index.ts';
import type { WorkerPool } from '../workers/worker-pool.ts';
import { FrameCache } from './frame-cache.ts';
import type { StoredFrame } from './image-reader.ts';
import { mergeFrames } from './merge-frames.ts';
import { Urgency } from './transfer-urgency.ts';

// So few are opened faster here than sent to another thread and back.
const framesOpenedHere = 1;

export interface FrameLoaderOptions {
  readonly index: ImageIndex;
  readonly holders: PackHolders;
  readonly pool: WorkerPool;
  readonly cacheBytes: number;
  /** Ends all transfers. */
  readonly signal: AbortSignal;
  readonly limiter: RateLimiter | undefined;
  readonly clock: Clock;
  readonly onFrame: ((frame: StoredFrame) => void) | undefined;
}

/** What a transfer brings, and whether somebody waits for it. */
interface Transfer {
  readonly urgency: Urgency;
  readonly isForBoot: boolean;
  readonly frames: Map<number, PromiseWithResolvers<Uint8Array>>;
}

interface OpenedFrames extends OpenedBatch {
  readonly blocks: Uint8Array;
  /** What was stored, where somebody wants to know. */
  readonly stored: Uint8Array<ArrayBuffer> | undefined;
}

/** Brings frames from the sources of an image: cached, never twice at the same time, neighbours in one request. */
export class FrameLoader {
  readonly cache: FrameCache;
  readonly #options: FrameLoaderOptions;
  readonly #loading = new Map<number, Transfer>();
  readonly #running = new Set<Promise<void>>();
  /** Bytes of blocks that came from staged layouts. */
  stagedBytes = 0;

  constructor(options: FrameLoaderOptions) {
    this.#options = options;
    this.cache = new FrameCache(options.cacheBytes);
  }

  /**
   * The blocks of frames that a reader waits for.
   *
   * @param wanted ascending
   * @throws {IMAGE_DATA_DAMAGED} and what the repositories throw
   */
  async load(wanted: readonly number[]): Promise<ReadonlyMap<number, Uint8Array>> {
    const found = new Map<number, Uint8Array>();
    const waiting: [number, Promise<Uint8Array>][] = [];
    const missing: number[] = [];
    for (const frame of wanted) {
      const cached = this.cache.get(frame);
      if (cached !== undefined) found.set(frame, cached);
      else if (!this.#loading.has(frame)) missing.push(frame);
    }
    for (const range of mergeFrames(this.#options.index.frames, missing)) this.#start(range, true, false);
    for (const frame of wanted) {
      const transfer = found.has(frame) ? undefined : this.#loading.get(frame);
      transfer?.urgency.becomeDemand();
      const blocks = transfer?.frames.get(frame)?.promise;
      if (blocks) waiting.push([frame, blocks]);
    }
    for (const [frame, blocks] of waiting) {
      found.set(frame, await blocks);
      // It counts as used now, also when it was loaded ahead.
      this.cache.get(frame);
    }
    return found;
  }

  /** Loads frames that nobody waits for yet. Failures are met again by whoever reads them. */
  loadAhead(frames: readonly number[]): void {
    this.#startMissing(frames, false);
  }

  /**
   * Loads frames of a boot and keeps them until they are read.
   *
   * @throws what the repositories throw
   */
  async loadForBoot(frames: readonly number[]): Promise<void> {
    const transfers = this.#startMissing(frames, true);
    await Promise.all(
      transfers.flatMap((transfer) => [...transfer.frames.values()].map(({ promise }) => promise)),
    );
  }

  /** Resolves when no transfer runs any more; they end soon after the signal is aborted. */
  async settled(): Promise<void> {
    await Promise.all(this.#running);
  }

  #startMissing(frames: readonly number[], isForBoot: boolean): Transfer[] {
    const missing = frames.filter((frame) => !this.cache.has(frame) && !this.#loading.has(frame));
    return [...mergeFrames(this.#options.index.frames, missing)].map((range) =>
      this.#start(range, false, isForBoot),
    );
  }

  #start(range: FrameRange, isDemand: boolean, isForBoot: boolean): Transfer {
    const transfer: Transfer = { urgency: new Urgency(), isForBoot, frames: new Map() };
    if (isDemand) transfer.urgency.becomeDemand();
    for (let frame = range.firstFrame; frame < range.firstFrame + range.frames; frame += 1) {
      if (this.cache.has(frame) || this.#loading.has(frame)) continue;
      const arrival = Promise.withResolvers<Uint8Array>();
      // Whoever waits for it hears of a failure; frames loaded ahead may have nobody waiting.
      arrival.promise.catch(() => undefined);
      transfer.frames.set(frame, arrival);
      this.#loading.set(frame, transfer);
    }
    const running = this.#run(range, transfer).finally(() => this.#running.delete(running));
    this.#running.add(running);
    return transfer;
  }

  async #run(range: FrameRange, transfer: Transfer): Promise<void> {
    const { index, holders, signal, limiter } = this.#options;
    const read = { signal, limiter: limiter && transfer.urgency.limit(limiter, signal) };
    const isWanted = (frame: number): boolean => transfer.frames.has(frame);
    const open = (batch: StoredFrames, source: FrameSource) => this.#open(batch, source);
    try {
      for await (const part of transferFrames(range, { index, holders, read, isWanted, open })) {
        if (part.kind === 'damaged') this.#settle(transfer, part.frame, part.error);
        else this.#deliver(transfer, part.firstFrame, part.frames, part.opened, part.source);
      }
    } catch (error) {
      const reason = signal.aborted && !isAppError(error) ? abortReason(signal) : error;
      for (const frame of transfer.frames.keys()) this.#settle(transfer, frame, reason);
    }
  }

  #deliver(
    transfer: Transfer,
    firstFrame: number,
    count: number,
    { blocks, stored }: OpenedFrames,
    source: FrameSource,
  ): void {
    const { index, onFrame } = this.#options;
    const opened = new Map<number, Uint8Array>();
    let from = 0;
    for (let frame = firstFrame; frame < firstFrame + count; frame += 1) {
      const bytes = index.frames.bytesOf(frame);
      opened.set(frame, blocks.subarray(from, from + bytes));
      from += bytes;
    }
    if (source.kind === 'staged') this.stagedBytes += from;
    if (stored && onFrame) tellFrames(index, { firstFrame, frames: count, stored }, onFrame);
    this.cache.add(opened, blocks.length, transfer.isForBoot);
    for (const [frame, content] of opened) this.#settle(transfer, frame, content);
  }

  #settle(transfer: Transfer, frame: number, result: unknown): void {
    const arrival = transfer.frames.get(frame);
    transfer.frames.delete(frame);
    this.#loading.delete(frame);
    if (result instanceof Uint8Array) arrival?.resolve(result);
    else arrival?.reject(result);
  }

  async #open(batch: StoredFrames, source: FrameSource): Promise<OpenedFrames> {
    const { pool, onFrame } = this.#options;
    const { stored, columns } = batch;
    const kept = onFrame !== undefined && source.kind !== 'staged' ? stored.slice() : undefined;
    if (batch.frames <= framesOpenedHere) return { ...this.#openHere(batch), stored: kept };
    const opened = await pool.run({ kind: 'decode', stored, frames: columns, isIdentifying: false });
    return { ...opened, stored: kept };
  }

  #openHere({ firstFrame, stored }: StoredFrames): Pick<OpenedFrames, 'blocks' | 'badFrame'> {
    const { frames, version } = this.#options.index;
    try {
      const blocks = decodeFrame(
        version.keys,
        frames.idOf(firstFrame),
        frames.place(firstFrame).blocks,
        stored,
      );
      if (blocks.buffer !== stored.buffer) releaseBuffer(stored);
      return { blocks, badFrame: undefined };
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      return { blocks: new Uint8Array(0), badFrame: { position: 0, reason: error.message } };
    }
  }
}
