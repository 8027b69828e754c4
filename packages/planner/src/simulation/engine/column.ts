/**
 * One number of each of many things, side by side in memory. Sharing out lines looks at thousands of things in turn;
 * with objects it would wait for memory most of the time, and the longer the more there are.
 */
export class Column {
  readonly #values: Float64Array;

  /** @param count things, numbered from 0 */
  constructor(count: number, value = 0) {
    this.#values = new Float64Array(count).fill(value);
  }

  at(thing: number): number {
    return this.#values[thing] ?? Number.NaN;
  }

  put(thing: number, value: number): void {
    this.#values[thing] = value;
  }

  add(thing: number, value: number): void {
    this.#values[thing] = this.at(thing) + value;
  }
}
