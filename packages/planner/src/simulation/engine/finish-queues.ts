/** For each stream, clients by how much each must have been served in all when it is done; the least comes first. */
export class FinishQueues {
  readonly #starts: Int32Array;
  readonly #counts: Int32Array;
  readonly #levels: Float64Array;
  readonly #clients: Int32Array;

  /** @param capacities how many can be in the queue of each stream at once */
  constructor(capacities: readonly number[]) {
    this.#starts = new Int32Array(capacities.length);
    this.#counts = new Int32Array(capacities.length);
    let total = 0;
    for (const [stream, capacity] of capacities.entries()) {
      this.#starts[stream] = total;
      total += capacity;
    }
    this.#levels = new Float64Array(total);
    this.#clients = new Int32Array(total);
  }

  /** `Infinity` when nobody is in it. */
  firstLevel(stream: number): number {
    return this.#count(stream) === 0 ? Infinity : this.#level(this.#start(stream));
  }

  add(stream: number, level: number, client: number): void {
    const start = this.#start(stream);
    let place = this.#count(stream);
    this.#counts[stream] = place + 1;
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (this.#level(start + above) <= level) break;
      this.#move(start + above, start + place);
      place = above;
    }
    this.#put(start + place, level, client);
  }

  /** @returns the client that was first */
  takeFirst(stream: number): number {
    const start = this.#start(stream);
    const first = this.#clients[start] ?? 0;
    const count = this.#count(stream) - 1;
    this.#counts[stream] = count;
    const [level, client] = [this.#level(start + count), this.#clients[start + count] ?? 0];
    let place = 0;
    for (;;) {
      let below = 2 * place + 1;
      if (below >= count) break;
      if (below + 1 < count && this.#level(start + below + 1) < this.#level(start + below)) below += 1;
      if (this.#level(start + below) >= level) break;
      this.#move(start + below, start + place);
      place = below;
    }
    this.#put(start + place, level, client);
    return first;
  }

  #start(stream: number): number {
    return this.#starts[stream] ?? 0;
  }

  #count(stream: number): number {
    return this.#counts[stream] ?? 0;
  }

  #level(place: number): number {
    return this.#levels[place] ?? 0;
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#level(from), this.#clients[from] ?? 0);
  }

  #put(place: number, level: number, client: number): void {
    this.#levels[place] = level;
    this.#clients[place] = client;
  }
}
