import { Column } from './column.ts';
import type { DrawnStream } from './draw-streams.ts';
import { FinishQueues } from './finish-queues.ts';
import { Outcomes } from './outcomes.ts';

/**
 * The clients of each group during a run; streams are numbered from 0. All clients of a stream that are active get the
 * same rate, so it suffices to keep what each of them would have been given since the beginning (`served`): who joins
 * when this is S and wants B bytes is done when it is S + B. Where office peers share one copy, `served` is of the copy.
 */
export class Streams {
  readonly outcomes: Outcomes;
  /** Clients that load now. */
  readonly active: Column;
  /** Bytes a second for each active client; set by who shares out the lines. */
  readonly rate: Column;
  /** What a client takes at most, in bytes a second. */
  readonly maxRate: Column;
  /** What a client loads. */
  readonly bytes: Column;
  readonly #drawn: readonly DrawnStream[];
  readonly #served: Column;
  /** How many times as fast as a client's rate `served` grows: nobody is active, each for itself, all peers for one. */
  readonly #takers: Column;
  /** What `served` is when the next client is done. */
  readonly #doneLevel: Column;
  /** What `served` is when the next client can boot; `Infinity` when all that joined have. */
  readonly #bootLevel: Column;
  readonly #joinTime: Column;
  readonly #joined: Column;
  readonly #booted: Column;
  readonly #queues: FinishQueues;
  readonly #bootLevels: readonly Float64Array[];
  #joinedCount = 0;

  constructor(drawn: readonly DrawnStream[]) {
    const count = drawn.length;
    this.#drawn = drawn;
    this.outcomes = new Outcomes(drawn.map(({ joinTimes }) => joinTimes.length));
    this.active = new Column(count);
    this.rate = new Column(count);
    this.maxRate = new Column(count);
    this.bytes = new Column(count);
    this.#served = new Column(count);
    this.#takers = new Column(count);
    this.#doneLevel = new Column(count, Infinity);
    this.#bootLevel = new Column(count, Infinity);
    this.#joinTime = new Column(count, Infinity);
    this.#joined = new Column(count);
    this.#booted = new Column(count);
    this.#queues = new FinishQueues(
      drawn.map(({ group, joinTimes }) => (group.peers ? 0 : joinTimes.length)),
    );
    this.#bootLevels = drawn.map(({ joinTimes }) => new Float64Array(joinTimes.length));
    for (const [stream, { group, joinTimes }] of drawn.entries()) {
      this.maxRate.put(stream, group.maxBytesPerSecond);
      this.bytes.put(stream, group.bytes);
      this.#joinTime.put(stream, joinTimes[0] ?? Infinity);
      if (group.peers) this.#doneLevel.put(stream, group.bytes * group.peers.copies);
    }
  }

  /** How often a client began or was ready. */
  get changes(): number {
    return this.#joinedCount + this.outcomes.readyCount;
  }

  /** When the next client joins, or will be done if rates stay as they are. */
  nextTime(stream: number, now: number): number {
    const joinTime = this.#joinTime.at(stream);
    const speed = this.#speed(stream);
    if (speed === 0) return joinTime;
    const bytes = Math.max(0, this.#doneLevel.at(stream) - this.#served.at(stream));
    return Math.min(joinTime, now + bytes / speed);
  }

  /** Gives every active client its rate for some time. */
  serve(stream: number, from: number, seconds: number): void {
    const speed = this.#speed(stream);
    if (speed === 0 || seconds <= 0) return;
    const before = this.#served.at(stream);
    this.#served.put(stream, before + speed * seconds);
    while (this.#isServed(stream, this.#bootLevel.at(stream))) {
      this.#setBooted(stream, from + Math.min(seconds, (this.#bootLevel.at(stream) - before) / speed));
    }
  }

  /** Lets go who is done. */
  finish(stream: number, now: number): void {
    while (this.active.at(stream) > 0 && this.#isServed(stream, this.#doneLevel.at(stream))) {
      if (this.#drawnOf(stream).group.peers) this.#finishCopy(stream, now);
      else {
        const client = this.#queues.takeFirst(stream);
        this.#doneLevel.put(stream, this.#queues.firstLevel(stream));
        this.#setActive(stream, this.active.at(stream) - 1);
        this.outcomes.setReady(stream, client, now);
      }
    }
  }

  /** Lets those begin whose time has come. */
  join(stream: number, now: number): void {
    const { group, joinTimes } = this.#drawnOf(stream);
    while (this.#joinTime.at(stream) <= now) {
      const client = this.#joined.at(stream);
      this.#joined.put(stream, client + 1);
      this.#joinedCount += 1;
      this.#joinTime.put(stream, joinTimes[client + 1] ?? Infinity);
      if (group.peers) this.#joinPeers(stream, client, now);
      else this.#joinAlone(stream, client, now);
    }
    // Who needs nothing is ready at once.
    this.finish(stream, now);
  }

  #joinAlone(stream: number, client: number, now: number): void {
    const { group, loadFactors } = this.#drawnOf(stream);
    const served = this.#served.at(stream);
    const bytes = group.bytes * (loadFactors?.[client] ?? 1);
    this.#setBootLevel(stream, client, served + Math.min(group.bootBytes, bytes));
    this.#queues.add(stream, served + bytes, client);
    this.#doneLevel.put(stream, this.#queues.firstLevel(stream));
    this.#setActive(stream, this.active.at(stream) + 1);
    if (group.bootBytes === 0) this.#setBooted(stream, now);
  }

  #joinPeers(stream: number, client: number, now: number): void {
    const { bytes, bootBytes } = this.#drawnOf(stream).group;
    this.#setBootLevel(stream, client, bootBytes);
    if (!this.#isServed(stream, this.#doneLevel.at(stream))) {
      this.#setActive(stream, this.active.at(stream) + 1);
    } else this.outcomes.setReady(stream, client, now + this.#fromPeersSeconds(stream, bytes));
    const haveAllBooted = this.#booted.at(stream) === client;
    if (haveAllBooted && this.#isServed(stream, bootBytes)) {
      this.#setBooted(stream, now + this.#fromPeersSeconds(stream, bootBytes));
    }
  }

  #finishCopy(stream: number, now: number): void {
    const { group, joinTimes } = this.#drawnOf(stream);
    const joined = this.#joined.at(stream);
    const seconds = this.#fromPeersSeconds(stream, group.bytes);
    for (let client = joined - this.active.at(stream); client < joined; client += 1) {
      this.outcomes.setReady(stream, client, Math.max(now, (joinTimes[client] ?? now) + seconds));
    }
    this.#setActive(stream, 0);
    while (this.#booted.at(stream) < joined) this.#setBooted(stream, now);
  }

  #setActive(stream: number, count: number): void {
    this.active.put(stream, count);
    const sharesCopy = this.#drawnOf(stream).group.peers !== null;
    this.#takers.put(stream, sharesCopy ? count : Math.min(count, 1));
  }

  #setBootLevel(stream: number, client: number, level: number): void {
    const levels = this.#bootLevels[stream];
    if (levels) levels[client] = level;
    if (this.#booted.at(stream) === client) this.#bootLevel.put(stream, level);
  }

  /** Those who joined earlier boot earlier. */
  #setBooted(stream: number, time: number): void {
    const client = this.#booted.at(stream);
    const next = client + 1;
    this.outcomes.setFirstStart(stream, client, time);
    this.#booted.put(stream, next);
    const isWaited = next < this.#joined.at(stream);
    this.#bootLevel.put(stream, isWaited ? (this.#bootLevels[stream]?.[next] ?? Infinity) : Infinity);
  }

  #fromPeersSeconds(stream: number, bytes: number): number {
    const { peers } = this.#drawnOf(stream).group;
    return peers ? bytes / peers.bytesPerSecond : 0;
  }

  /** How fast `served` grows. */
  #speed(stream: number): number {
    return this.rate.at(stream) * this.#takers.at(stream);
  }

  /** What does not take a microsecond is done; sums of many additions are not exact. */
  #isServed(stream: number, level: number): boolean {
    return level - this.#served.at(stream) <= Math.max(1e-3, this.#speed(stream) * 1e-6);
  }

  #drawnOf(stream: number): DrawnStream {
    const drawn = this.#drawn[stream];
    if (!drawn) throw new RangeError(`There is no stream ${stream}.`);
    return drawn;
  }
}
