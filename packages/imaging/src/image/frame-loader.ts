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

/** Takes what it needs of a frame's blocks at once; they are gone when it returns. */
export type FrameUser = (frame: number, blocks: Uint8Array) => void;

/** A frame under way, and who waits for it. */
interface Arrival extends PromiseWithResolvers<undefined> {
  readonly users: FrameUser[];
}

/** What a transfer brings, and whether somebody waits for it. */
interface Transfer {
  readonly urgency: Urgency;
  readonly isForBoot: boolean;
  readonly frames: Map<number, Arrival>;
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
   * Loads frames that a reader waits for, and gives it each of them as it comes.
   *
   * @param wanted ascending
   * @throws {IMAGE_DATA_DAMAGED} and what the repositories throw
   */
  async load(wanted: readonly number[], use: FrameUser): Promise<void> {
    const missing: number[] = [];
    const waiting: Promise<unknown>[] = [];
    for (const frame of wanted) {
      const cached = this.cache.get(frame);
      if (cached !== undefined) use(frame, cached);
      else if (!this.#wait(frame, use, waiting)) missing.push(frame);
    }
    for (const range of mergeFrames(this.#options.index.frames, missing)) this.#start(range, true, false);
    for (const frame of missing) this.#wait(frame, use, waiting);
    for (const arrival of waiting) await arrival;
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

  /** Joins those who wait for a frame that is under way; tells whether it is. */
  #wait(frame: number, use: FrameUser, waiting: Promise<unknown>[]): boolean {
    const transfer = this.#loading.get(frame);
    const arrival = transfer?.frames.get(frame);
    if (arrival === undefined) return false;
    transfer?.urgency.becomeDemand();
    arrival.users.push(use);
    waiting.push(arrival.promise);
    return true;
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
      const arrival: Arrival = { ...Promise.withResolvers<undefined>(), users: [] };
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
      const content = blocks.subarray(from, from + index.frames.bytesOf(frame));
      from += content.length;
      opened.set(frame, content);
      for (const use of transfer.frames.get(frame)?.users ?? []) use(frame, content);
    }
    if (source.kind === 'staged') this.stagedBytes += from;
    if (stored && onFrame) {
      tellFrames(index, { firstFrame, frames: count, stored }, onFrame);
      releaseBuffer(stored);
    }
    const isUnread = [...opened.keys()].every((frame) => transfer.frames.get(frame)?.users.length === 0);
    this.cache.add(opened, blocks, transfer.isForBoot && isUnread);
    for (const frame of opened.keys()) this.#settle(transfer, frame, undefined);
  }

  /** Whoever waits for the frame goes on, or hears why it did not come. */
  #settle(transfer: Transfer, frame: number, failure: unknown): void {
    const arrival = transfer.frames.get(frame);
    transfer.frames.delete(frame);
    this.#loading.delete(frame);
    if (failure === undefined) arrival?.resolve(undefined);
    else arrival?.reject(failure);
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
