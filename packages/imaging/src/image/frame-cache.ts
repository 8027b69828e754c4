/** Opened frames, least recently used dropped first. */
export class FrameCache {
  readonly #maxBytes: number;
  readonly #frames = new Map<number, Uint8Array>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  has(frame: number): boolean {
    return this.#frames.has(frame);
  }

  get(frame: number): Uint8Array | undefined {
    const blocks = this.#frames.get(frame);
    if (blocks === undefined) return undefined;
    this.#frames.delete(frame);
    this.#frames.set(frame, blocks);
    return blocks;
  }

  set(frame: number, blocks: Uint8Array): void {
    if (this.#frames.has(frame)) return;
    this.#frames.set(frame, blocks);
    this.#bytes += blocks.length;
    for (const [oldest, { length }] of this.#frames) {
      if (this.#bytes <= this.#maxBytes || oldest === frame) return;
      this.#frames.delete(oldest);
      this.#bytes -= length;
    }
  }
}
