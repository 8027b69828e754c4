import { blockBytes } from '../../format/constants.ts';

/** Bytes kept of each block's id; the rest is checked when a block is used. */
export const prefixBytes = 8;

const prefixWords = prefixBytes / 4;
const zeroBlock = Buffer.alloc(blockBytes);

/** Writes the first eight bytes of the ids of the blocks of a file, eight zero bytes for a block of zeros. */
export class IdBlobWriter {
  readonly #identify: (block: Uint8Array) => Uint8Array;
  readonly #blob: Uint8Array;
  #length = 0;

  constructor(identify: (block: Uint8Array) => Uint8Array, blocks: number) {
    this.#identify = identify;
    this.#blob = new Uint8Array(blocks * prefixBytes);
  }

  /** Takes the next whole blocks of the file. */
  add(blocks: Uint8Array): void {
    for (let at = 0; at < blocks.length; at += blockBytes) {
      const block = blocks.subarray(at, at + blockBytes);
      if (block[0] !== 0 || !zeroBlock.equals(block)) {
        this.#blob.set(this.#identify(block).subarray(0, prefixBytes), this.#length);
      }
      this.#length += prefixBytes;
    }
  }

  /** The blob, once as many blocks were added as were promised. */
  finish(): Uint8Array {
    if (this.#length !== this.#blob.length) throw new RangeError('Another number of blocks was promised.');
    return this.#blob;
  }
}

/** The ids of a blob, read as words of this computer. */
export class IdBlobReader {
  readonly count: number;
  /** Two words a block, as the ids of an image are read. */
  readonly words: Uint32Array;

  /** Bytes behind the last whole id are passed over. */
  constructor(blob: Uint8Array) {
    this.count = Math.floor(blob.length / prefixBytes);
    const isAligned = blob.byteOffset % 4 === 0;
    const bytes = isAligned ? blob : blob.slice();
    this.words = new Uint32Array(bytes.buffer, bytes.byteOffset, this.count * prefixWords);
  }

  /** Where the words of a block begin. */
  at(block: number): number {
    return block * prefixWords;
  }

  isZero(block: number): boolean {
    return this.words[block * prefixWords] === 0 && this.words[block * prefixWords + 1] === 0;
  }
}
