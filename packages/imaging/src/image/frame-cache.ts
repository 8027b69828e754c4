/** Frames that were opened together lie in one buffer, and leave the cache together. */
interface CachedBatch {
  readonly bytes: number;
  readonly frames: readonly number[];
  /** Frames that were loaded ahead for a boot and not read yet. */
  readonly unread: Set<number>;
}

/**
 * Opened frames. Least recently used go first; what was loaded ahead for a boot stays until it was read once, unless
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
    if (batch.unread.delete(frame) && batch.unread.size === 0) this.#unreadBytes -= batch.bytes;
    this.#batches.delete(batch);
    this.#batches.add(batch);
    return blocks;
  }

  /** @param opened frames and their blocks, which lie in one buffer of so many bytes */
  add(opened: ReadonlyMap<number, Uint8Array>, bytes: number, isForBoot: boolean): void {
    const fresh = [...opened.keys()].filter((frame) => !this.#frames.has(frame));
    if (fresh.length === 0) return;
    const batch = { bytes, frames: fresh, unread: new Set(isForBoot ? fresh : []) };
    for (const frame of fresh)
      this.#frames.set(frame, { blocks: opened.get(frame) ?? new Uint8Array(0), batch });
    this.#batches.add(batch);
    this.#bytes += bytes;
    if (isForBoot) this.#unreadBytes += bytes;
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
    this.#bytes -= batch.bytes;
    if (batch.unread.size > 0) this.#unreadBytes -= batch.bytes;
    for (const frame of batch.frames) this.#frames.delete(frame);
  }
}
