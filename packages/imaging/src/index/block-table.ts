const pageIds = 65_536;
const idWords = 4;

/**
 * Numbers block ids in the order they are added and finds them again. About 24 bytes an id. Ids are keyed hashes,
 * so their first word spreads them evenly.
 */
export class BlockTable {
  readonly #pages: Uint32Array[] = [];
  #slots = new Int32Array(4096).fill(-1);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** The number of an id, or -1. `words[at]` is its first word. */
  find(words: Uint32Array, at: number): number {
    return this.#slots[this.#slotOf(words, at)] ?? -1;
  }

  /** The number of an id that begins with the two words at `words[at]`, or -1. */
  findByPrefix(words: Uint32Array, at: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = (words[at] ?? 0) & mask; ; slot = (slot + 1) & mask) {
      const number = this.#slots[slot] ?? -1;
      if (number === -1) return -1;
      const page = this.#pages[Math.floor(number / pageIds)];
      const offset = (number % pageIds) * idWords;
      if (page?.[offset] === words[at] && page?.[offset + 1] === words[at + 1]) return number;
    }
  }

  /** Numbers an id that is not in the table yet; one that is keeps its number and takes another all the same. */
  add(words: Uint32Array, at: number): number {
    if ((this.#count + 1) * 2 > this.#slots.length) this.#grow();
    const number = this.#count;
    const page = (this.#pages[Math.floor(number / pageIds)] ??= new Uint32Array(pageIds * idWords));
    page.set(words.subarray(at, at + idWords), (number % pageIds) * idWords);
    this.#count += 1;
    const slot = this.#slotOf(words, at);
    if (this.#slots[slot] === -1) this.#slots[slot] = number;
    return number;
  }

  /** The ids of numbers `from` to `to` (excluded), sixteen bytes each. */
  idBytes(from: number, to: number): Uint8Array<ArrayBuffer> {
    const words = new Uint32Array((to - from) * idWords);
    for (let number = from; number < to; number += 1) {
      const offset = (number % pageIds) * idWords;
      const page = this.#pages[Math.floor(number / pageIds)];
      if (page) words.set(page.subarray(offset, offset + idWords), (number - from) * idWords);
    }
    return new Uint8Array(words.buffer);
  }

  /** Whether the id of this number is the one at `words[at]`. */
  isId(number: number, words: Uint32Array, at: number): boolean {
    const page = this.#pages[Math.floor(number / pageIds)];
    const offset = (number % pageIds) * idWords;
    return (
      page !== undefined &&
      page[offset] === words[at] &&
      page[offset + 1] === words[at + 1] &&
      page[offset + 2] === words[at + 2] &&
      page[offset + 3] === words[at + 3]
    );
  }

  /** The slot that holds the id, or the empty one where it belongs. */
  #slotOf(words: Uint32Array, at: number): number {
    const mask = this.#slots.length - 1;
    let slot = (words[at] ?? 0) & mask;
    for (;;) {
      const number = this.#slots[slot] ?? -1;
      if (number === -1 || this.isId(number, words, at)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Int32Array(old.length * 2).fill(-1);
    const mask = this.#slots.length - 1;
    for (const number of old) {
      if (number === -1) continue;
      let slot = (this.#pages[Math.floor(number / pageIds)]?.[(number % pageIds) * idWords] ?? 0) & mask;
      while (this.#slots[slot] !== -1) slot = (slot + 1) & mask;
      this.#slots[slot] = number;
    }
  }
}
