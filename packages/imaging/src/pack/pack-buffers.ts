import { packTargetBytes } from '../format/constants.ts';
import { maxStoredFrameBytes } from '../format/frame-codec.ts';
import { releaseBuffer } from '../format/release-buffer.ts';

/**
 * Memory for packs in the making, used again for the next ones: a new buffer for each would take as long to be cleared
 * as to be filled, and make the garbage collector look for what it could free. Disposing gives back what lies here.
 */
export class PackBuffers implements Disposable {
  readonly #free: Uint8Array<ArrayBuffer>[] = [];

  /** A buffer with room for the largest pack; its content is undefined. */
  take(): Uint8Array<ArrayBuffer> {
    return this.#free.pop() ?? new Uint8Array(packTargetBytes + maxStoredFrameBytes);
  }

  /** Nobody may use the buffer afterwards. */
  giveBack(buffer: Uint8Array<ArrayBuffer>): void {
    this.#free.push(buffer);
  }

  [Symbol.dispose](): void {
    this.#free.splice(0).forEach(releaseBuffer);
  }
}
