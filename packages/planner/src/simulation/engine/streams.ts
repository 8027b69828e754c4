import type { DrawnStream } from './draw-streams.ts';
import { FinishQueues } from './finish-queues.ts';
import { Outcomes } from './outcomes.ts';
import type { ClientGroup } from './scenario.ts';

/**
 * The clients of each group during a run; streams are numbered from 0. All clients of a stream that are active get the
 * same rate, so it suffices to keep what each of them would have been given since the beginning (`served`): who joins
 * when this is S and wants B bytes is done when it is S + B. Where office peers share one copy, `served` is of the copy.
 */
export class Streams {
  readonly outcomes: Outcomes;
  /** Clients that load now. */
  readonly active: Float64Array;
  /** Bytes a second for each active client; set by who shares out the lines. */
  readonly rate: Float64Array;
  /** What a client takes at most, in bytes a second. */
  readonly maxRate: Float64Array;
  /** What a client loads. */
  readonly bytes: Float64Array;
  readonly #bootBytes: Float64Array;
  readonly #peers: readonly ClientGroup['peers'][];
  readonly #served: Float64Array;
  /** How many times as fast as a client's rate `served` grows: nobody is active, each for itself, all peers for one. */
  readonly #takers: Float64Array;
  /** What `served` is when the next client is done. */
  readonly #doneLevel: Float64Array;
  /** What `served` is when the next client can boot; `Infinity` when all that joined have. */
  readonly #bootLevel: Float64Array;
  readonly #joinTime: Float64Array;
  readonly #joined: Float64Array;
  readonly #booted: Float64Array;
  readonly #queues: FinishQueues;
  /** Where the clients of each stream begin among all. */
  readonly #first: Int32Array;
  /** Of every client: when it may begin, in seconds, what it loads, and what `served` is when it can boot. */
  readonly #joinTimes: Float64Array;
  readonly #loads: Float64Array;
  readonly #bootLevels: Float64Array;
  #joinedCount = 0;

  constructor(drawn: readonly DrawnStream[]) {
    const count = drawn.length;
    this.outcomes = new Outcomes(drawn.map(({ joinTimes }) => joinTimes.length));
    this.active = new Float64Array(count);
    this.rate = new Float64Array(count);
    this.maxRate = new Float64Array(count);
    this.bytes = new Float64Array(count);
    this.#bootBytes = new Float64Array(count);
    this.#peers = drawn.map(({ group }) => group.peers);
    this.#served = new Float64Array(count);
    this.#takers = new Float64Array(count);
    this.#doneLevel = new Float64Array(count).fill(Infinity);
    this.#bootLevel = new Float64Array(count).fill(Infinity);
    this.#joinTime = new Float64Array(count).fill(Infinity);
    this.#joined = new Float64Array(count);
    this.#booted = new Float64Array(count);
    this.#queues = new FinishQueues(
      drawn.map(({ group, joinTimes }) => (group.peers ? 0 : joinTimes.length)),
    );
    this.#first = new Int32Array(count + 1);
    this.#joinTimes = new Float64Array(this.outcomes.clientCount);
    this.#loads = new Float64Array(this.outcomes.clientCount);
    this.#bootLevels = new Float64Array(this.outcomes.clientCount);
    for (const [stream, { group, joinTimes, loadFactors }] of drawn.entries()) {
      const first = this.#clientOf(stream, 0);
      this.#first[stream + 1] = first + joinTimes.length;
      this.#joinTimes.set(joinTimes, first);
      this.#loads.fill(group.bytes, first, first + joinTimes.length);
      if (loadFactors)
        this.#loads.set(
          loadFactors.map((factor) => group.bytes * factor),
          first,
        );
      this.#bootBytes[stream] = group.bootBytes;
      this.maxRate[stream] = group.maxBytesPerSecond;
      this.bytes[stream] = group.bytes;
      this.#joinTime[stream] = joinTimes[0] ?? Infinity;
      if (group.peers) this.#doneLevel[stream] = group.bytes * group.peers.copies;
    }
  }

  /** How often a client began or was ready. */
  get changes(): number {
    return this.#joinedCount + this.outcomes.readyCount;
  }

  /** When the next client joins, or will be done if rates stay as they are. */
  nextTime(stream: number, now: number): number {
    const joinTime = this.#joinTime[stream] ?? 0;
    const speed = this.#speed(stream);
    if (speed === 0) return joinTime;
    const bytes = Math.max(0, (this.#doneLevel[stream] ?? 0) - (this.#served[stream] ?? 0));
    return Math.min(joinTime, now + bytes / speed);
  }

  /** Gives every active client its rate for some time. */
  serve(stream: number, from: number, seconds: number): void {
    const speed = this.#speed(stream);
    if (speed === 0 || seconds <= 0) return;
    const before = this.#served[stream] ?? 0;
    this.#served[stream] = before + speed * seconds;
    while (this.#isServed(stream, this.#bootLevel[stream] ?? 0)) {
      this.#setBooted(stream, from + Math.min(seconds, ((this.#bootLevel[stream] ?? 0) - before) / speed));
    }
  }

  /** Lets go who is done. */
  finish(stream: number, now: number): void {
    while ((this.active[stream] ?? 0) > 0 && this.#isServed(stream, this.#doneLevel[stream] ?? 0)) {
      if (this.#peers[stream]) this.#finishCopy(stream, now);
      else {
        const client = this.#queues.takeFirst(stream);
        this.#doneLevel[stream] = this.#queues.firstLevel(stream);
        this.#setActive(stream, (this.active[stream] ?? 0) - 1);
        this.outcomes.setReady(stream, client, now);
      }
    }
  }

  /** Lets those begin whose time has come. */
  join(stream: number, now: number): void {
    while ((this.#joinTime[stream] ?? 0) <= now) {
      const client = this.#joined[stream] ?? 0;
      this.#joined[stream] = client + 1;
      this.#joinedCount += 1;
      this.#joinTime[stream] = this.#joinTimeOf(stream, client + 1);
      if (this.#peers[stream]) this.#joinPeers(stream, client, now);
      else this.#joinAlone(stream, client, now);
    }
    // Who needs nothing is ready at once.
    this.finish(stream, now);
  }

  #joinAlone(stream: number, client: number, now: number): void {
    const served = this.#served[stream] ?? 0;
    const bytes = this.#loads[this.#clientOf(stream, client)] ?? 0;
    const bootBytes = this.#bootBytes[stream] ?? 0;
    this.#setBootLevel(stream, client, served + Math.min(bootBytes, bytes));
    this.#queues.add(stream, served + bytes, client);
    this.#doneLevel[stream] = this.#queues.firstLevel(stream);
    this.#setActive(stream, (this.active[stream] ?? 0) + 1);
    if (bootBytes === 0) this.#setBooted(stream, now);
  }

  #joinPeers(stream: number, client: number, now: number): void {
    const bytes = this.bytes[stream] ?? 0;
    const bootBytes = this.#bootBytes[stream] ?? 0;
    this.#setBootLevel(stream, client, bootBytes);
    if (!this.#isServed(stream, this.#doneLevel[stream] ?? 0)) {
      this.#setActive(stream, (this.active[stream] ?? 0) + 1);
    } else this.outcomes.setReady(stream, client, now + this.#fromPeersSeconds(stream, bytes));
    const haveAllBooted = (this.#booted[stream] ?? 0) === client;
    if (haveAllBooted && this.#isServed(stream, bootBytes)) {
      this.#setBooted(stream, now + this.#fromPeersSeconds(stream, bootBytes));
    }
  }

  #finishCopy(stream: number, now: number): void {
    const joined = this.#joined[stream] ?? 0;
    const seconds = this.#fromPeersSeconds(stream, this.bytes[stream] ?? 0);
    for (let client = joined - (this.active[stream] ?? 0); client < joined; client += 1) {
      this.outcomes.setReady(stream, client, Math.max(now, this.#joinTimeOf(stream, client) + seconds));
    }
    this.#setActive(stream, 0);
    while ((this.#booted[stream] ?? 0) < joined) this.#setBooted(stream, now);
  }

  #setActive(stream: number, count: number): void {
    this.active[stream] = count;
    this.#takers[stream] = this.#peers[stream] ? count : Math.min(count, 1);
  }

  #setBootLevel(stream: number, client: number, level: number): void {
    this.#bootLevels[this.#clientOf(stream, client)] = level;
    if ((this.#booted[stream] ?? 0) === client) this.#bootLevel[stream] = level;
  }

  /** Those who joined earlier boot earlier. */
  #setBooted(stream: number, time: number): void {
    const client = this.#booted[stream] ?? 0;
    const next = client + 1;
    this.outcomes.setFirstStart(stream, client, time);
    this.#booted[stream] = next;
    const isWaited = next < (this.#joined[stream] ?? 0);
    this.#bootLevel[stream] = isWaited
      ? (this.#bootLevels[this.#clientOf(stream, next)] ?? Infinity)
      : Infinity;
  }

  #fromPeersSeconds(stream: number, bytes: number): number {
    const peers = this.#peers[stream];
    return peers ? bytes / peers.bytesPerSecond : 0;
  }

  /** How fast `served` grows. */
  #speed(stream: number): number {
    return (this.rate[stream] ?? 0) * (this.#takers[stream] ?? 0);
  }

  /** What does not take a microsecond is done; sums of many additions are not exact. */
  #isServed(stream: number, level: number): boolean {
    return level - (this.#served[stream] ?? 0) <= Math.max(1e-3, this.#speed(stream) * 1e-6);
  }

  /** When a client of a stream may begin; `Infinity` after the last one. */
  #joinTimeOf(stream: number, client: number): number {
    const place = this.#clientOf(stream, client);
    return place < this.#clientOf(stream + 1, 0) ? (this.#joinTimes[place] ?? Infinity) : Infinity;
  }

  /** The number of a stream's client among all clients. */
  #clientOf(stream: number, client: number): number {
    return (this.#first[stream] ?? 0) + client;
  }
}
