import { expectFormat } from './format-error.ts';

/** Reads what {@link ByteWriter} wrote. Every method throws a {@link FormatError} at the end of the bytes. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get remainingBytes(): number {
    return this.#bytes.length - this.#position;
  }

  /** The next bytes, as a view. */
  bytes(count: number): Uint8Array {
    expectFormat(count <= this.remainingBytes, 'it ends too early');
    this.#position += count;
    return this.#bytes.subarray(this.#position - count, this.#position);
  }

  unsigned(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.#bytes[this.#position];
      expectFormat(byte !== undefined, 'it ends too early');
      this.#position += 1;
      value += (byte & 0x7f) * scale;
      expectFormat(Number.isSafeInteger(value), 'a number in it is too large');
      if (byte < 0x80) return value;
      scale *= 0x80;
      expectFormat(scale <= 2 ** 49, 'a number in it is too large');
    }
  }

  signed(): number {
    const value = this.unsigned();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** Refuses left-over bytes. */
  end(): void {
    expectFormat(this.remainingBytes === 0, 'it is longer than its content');
  }
}
