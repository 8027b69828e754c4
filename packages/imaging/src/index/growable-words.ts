/** A growing list of 32-bit numbers in one typed array. */
export class GrowableWords {
  #words = new Uint32Array(1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#words.length) {
      const grown = new Uint32Array(this.#length * 2);
      grown.set(this.#words);
      this.#words = grown;
    }
    this.#words[this.#length++] = value;
  }

  /** A value; 0 where there is none. */
  at(index: number): number {
    return index < this.#length ? (this.#words[index] ?? 0) : 0;
  }

  /** The last value, `undefined` when there is none. */
  get last(): number | undefined {
    return this.#length === 0 ? undefined : this.#words[this.#length - 1];
  }

  replaceLast(value: number): void {
    this.#words[this.#length - 1] = value;
  }

  /** A view of the values, valid until the next push. */
  view(): Uint32Array {
    return this.#words.subarray(0, this.#length);
  }
}
