/** Clients by how much each must have been served in all when it is done; the least comes first. */
export class FinishQueue {
  readonly #levels: Float64Array;
  readonly #clients: Int32Array;
  #count = 0;

  /** @param capacity how many can be in it at once */
  constructor(capacity: number) {
    this.#levels = new Float64Array(capacity);
    this.#clients = new Int32Array(capacity);
  }

  /** `Infinity` when nobody is in it. */
  get firstLevel(): number {
    return this.#count === 0 ? Infinity : this.#level(0);
  }

  add(level: number, client: number): void {
    let place = this.#count;
    this.#count += 1;
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (this.#level(above) <= level) break;
      this.#put(place, this.#level(above), this.#clients[above] ?? 0);
      place = above;
    }
    this.#put(place, level, client);
  }

  /** @returns the client that was first */
  takeFirst(): number {
    const first = this.#clients[0] ?? 0;
    this.#count -= 1;
    const [level, client] = [this.#level(this.#count), this.#clients[this.#count] ?? 0];
    let place = 0;
    for (;;) {
      let below = 2 * place + 1;
      if (below >= this.#count) break;
      if (below + 1 < this.#count && this.#level(below + 1) < this.#level(below)) below += 1;
      if (this.#level(below) >= level) break;
      this.#put(place, this.#level(below), this.#clients[below] ?? 0);
      place = below;
    }
    this.#put(place, level, client);
    return first;
  }

  #level(place: number): number {
    return this.#levels[place] ?? 0;
  }

  #put(place: number, level: number, client: number): void {
    this.#levels[place] = level;
    this.#clients[place] = client;
  }
}
