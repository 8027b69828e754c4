import { releaseBuffer } from '../format/release-buffer.ts';

/** Frames that were opened together lie in one buffer, and leave the cache together. */
interface CachedBatch {
  readonly buffer: Uint8Array;
  readonly frames: readonly number[];
  /** Frames that were loaded ahead for a boot and not read yet. */
  readonly unread: Set<number>;
}

/**
 * Opened frames. It owns their memory and gives it back when they leave: what `get` gives is valid until the caller
 * awaits something. Least recently used go first; what was loaded ahead for a boot stays until it was read once, unless
 * there is nothing else to go.
 */
export class FrameCache {
  readonly #maxBytes: number;
  readonly #frames = new Map<number, { readonly blocks: Uint8Array; readonly batch: CachedBatch }>();
  /** Least recently used first. */
  readonly #batches = new Set<CachedBatch>();
  #bytes = 0;
  #unreadBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes of buffers that hold frames loaded ahead for a boot and not read yet. */
  get unreadBytes(): number {
    return this.#unreadBytes;
  }

  has(frame: number): boolean {
    return this.#frames.has(frame);
  }

  get(frame: number): Uint8Array | undefined {
    const found = this.#frames.get(frame);
    if (found === undefined) return undefined;
    const { batch, blocks } = found;
    if (batch.unread.delete(frame) && batch.unread.size === 0) this.#unreadBytes -= batch.buffer.length;
    this.#batches.delete(batch);
    this.#batches.add(batch);
    return blocks;
  }

  /** @param opened frames and their blocks, which lie in the buffer */
  add(opened: ReadonlyMap<number, Uint8Array>, buffer: Uint8Array, isForBoot: boolean): void {
    const fresh = [...opened.keys()].filter((frame) => !this.#frames.has(frame));
    if (fresh.length === 0) {
      releaseBuffer(buffer);
      return;
    }
    const batch = { buffer, frames: fresh, unread: new Set(isForBoot ? fresh : []) };
    for (const frame of fresh)
      this.#frames.set(frame, { blocks: opened.get(frame) ?? new Uint8Array(0), batch });
    this.#batches.add(batch);
    this.#bytes += buffer.length;
    if (isForBoot) this.#unreadBytes += buffer.length;
    this.#shrink(batch);
  }

  #shrink(newest: CachedBatch): void {
    for (const isSparing of [true, false]) {
      for (const batch of this.#batches) {
        if (this.#bytes <= this.#maxBytes) return;
        if (batch !== newest && !(isSparing && batch.unread.size > 0)) this.#remove(batch);
      }
    }
  }

  #remove(batch: CachedBatch): void {
    this.#batches.delete(batch);
    this.#bytes -= batch.buffer.length;
    if (batch.unread.size > 0) this.#unreadBytes -= batch.buffer.length;
    for (const frame of batch.frames) this.#frames.delete(frame);
    releaseBuffer(batch.buffer);
  }
}
