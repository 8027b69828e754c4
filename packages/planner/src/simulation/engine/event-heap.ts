/** When each of a fixed set of numbered things happens next; the earliest is found at once, changes cost log n. */
export class EventHeap {
  readonly #timeOf: Float64Array;
  readonly #heap: Int32Array;
  readonly #placeOf: Int32Array;

  /** @param count things, numbered from 0; none of them has a time yet */
  constructor(count: number) {
    this.#timeOf = new Float64Array(count).fill(Infinity);
    this.#heap = Int32Array.from({ length: count }, (_, at) => at);
    this.#placeOf = this.#heap.slice();
  }

  /** The thing that happens first; of several at the same time the one with the lowest number. */
  get first(): number {
    return this.#heap[0] ?? -1;
  }

  get firstTime(): number {
    return this.timeOf(this.first);
  }

  timeOf(thing: number): number {
    return this.#timeOf[thing] ?? Infinity;
  }

  /** @param time `Infinity`: never */
  set(thing: number, time: number): void {
    const before = this.timeOf(thing);
    if (time === before) return;
    this.#timeOf[thing] = time;
    const place = this.#placeOf[thing] ?? 0;
    if (time < before) this.#rise(place, thing);
    else this.#sink(place, thing);
  }

  #isBefore(a: number, b: number): boolean {
    const [timeA, timeB] = [this.timeOf(a), this.timeOf(b)];
    return timeA < timeB || (timeA === timeB && a < b);
  }

  #put(place: number, thing: number): void {
    this.#heap[place] = thing;
    this.#placeOf[thing] = place;
  }

  #rise(from: number, thing: number): void {
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const other = this.#heap[above] ?? 0;
      if (!this.#isBefore(thing, other)) break;
      this.#put(place, other);
      place = above;
    }
    this.#put(place, thing);
  }

  #sink(from: number, thing: number): void {
    let place = from;
    const count = this.#heap.length;
    for (;;) {
      let below = 2 * place + 1;
      if (below >= count) break;
      const [left, right] = [this.#heap[below] ?? 0, this.#heap[below + 1] ?? 0];
      if (below + 1 < count && this.#isBefore(right, left)) below += 1;
      const other = this.#heap[below] ?? 0;
      if (!this.#isBefore(other, thing)) break;
      this.#put(place, other);
      place = below;
    }
    this.#put(place, thing);
  }
}
