/** A list of numbers for each of many things, all in one piece of memory; read from `start` up to `end`. */
export class NumberLists {
  readonly #starts: Int32Array;
  readonly #numbers: Int32Array;

  /** @param lists of things numbered from 0 */
  constructor(lists: readonly (readonly number[])[]) {
    this.#starts = new Int32Array(lists.length + 1);
    for (const [thing, list] of lists.entries()) {
      this.#starts[thing + 1] = (this.#starts[thing] ?? 0) + list.length;
    }
    this.#numbers = Int32Array.from(lists.flat());
  }

  start(thing: number): number {
    return this.#starts[thing] ?? 0;
  }

  end(thing: number): number {
    return this.#starts[thing + 1] ?? 0;
  }

  length(thing: number): number {
    return this.end(thing) - this.start(thing);
  }

  at(place: number): number {
    return this.#numbers[place] ?? -1;
  }

  of(thing: number): Int32Array {
    return this.#numbers.subarray(this.start(thing), this.end(thing));
  }
}
