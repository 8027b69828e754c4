import { constants, createZstdCompress, type ZstdCompress } from 'node:zlib';

// Level 3 with tables that fit a frame and matches from 4 bytes on: 1 % fewer bytes in the same time.
const parameters = {
  [constants.ZSTD_c_compressionLevel]: 3,
  [constants.ZSTD_c_windowLog]: 16,
  [constants.ZSTD_c_hashLog]: 15,
  [constants.ZSTD_c_chainLog]: 14,
  [constants.ZSTD_c_minMatch]: 4,
};

/**
 * Compresses one frame after the other with one zstd context. A context for each frame costs a megabyte that is only
 * freed by the garbage collector, and more time than the compression itself.
 */
export class FrameCompressor {
  readonly #stream: ZstdCompress;
  #parts: Buffer[] = [];
  #failure: Error | undefined;

  constructor() {
    this.#stream = createZstdCompress({
      chunkSize: 256 * 1024,
      // Each write is a frame of its own and ends it: that way zstd knows its length and compresses it in one step.
      flush: constants.ZSTD_e_end,
      params: parameters,
    });
    this.#stream.on('data', (part: Buffer) => this.#parts.push(part));
    this.#stream.on('error', (error) => (this.#failure = error));
  }

  /** zstd where that is shorter, else the bytes as they are. Calls must not overlap. */
  async compress(raw: Uint8Array): Promise<Uint8Array> {
    await new Promise<void>((resolve) => this.#stream.write(raw, () => resolve()));
    if (this.#failure) throw this.#failure;
    const [only, ...others] = this.#parts;
    const packed = only !== undefined && others.length === 0 ? only : Buffer.concat(this.#parts);
    this.#parts = [];
    return packed.length < raw.length ? packed : raw;
  }

  close(): void {
    this.#stream.destroy();
  }
}
