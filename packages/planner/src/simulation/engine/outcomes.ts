/** When each client of each stream had what it wanted; `Infinity`: not yet. Clients of a stream are numbered from 0. */
export class Outcomes {
  readonly #starts: Int32Array;
  readonly #ready: Float64Array;
  readonly #firstStart: Float64Array;
  readonly clientCount: number;
  #readyCount = 0;

  /** @param clientCounts of each stream */
  constructor(clientCounts: readonly number[]) {
    this.#starts = new Int32Array(clientCounts.length + 1);
    for (const [stream, count] of clientCounts.entries()) {
      this.#starts[stream + 1] = this.#start(stream) + count;
    }
    this.clientCount = this.#start(clientCounts.length);
    this.#ready = new Float64Array(this.clientCount).fill(Infinity);
    this.#firstStart = new Float64Array(this.clientCount).fill(Infinity);
  }

  /** Clients that have everything. */
  get readyCount(): number {
    return this.#readyCount;
  }

  /** When each client of a stream had everything. */
  readyTimes(stream: number): Float64Array {
    return this.#ready.subarray(this.#start(stream), this.#start(stream + 1));
  }

  /** When each client of a stream had what it boots with. */
  firstStartTimes(stream: number): Float64Array {
    return this.#firstStart.subarray(this.#start(stream), this.#start(stream + 1));
  }

  setReady(stream: number, client: number, time: number): void {
    this.#ready[this.#start(stream) + client] = time;
    this.#readyCount += 1;
  }

  setFirstStart(stream: number, client: number, time: number): void {
    this.#firstStart[this.#start(stream) + client] = time;
  }

  #start(stream: number): number {
    return this.#starts[stream] ?? 0;
  }
}
