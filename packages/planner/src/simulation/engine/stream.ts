import { FinishQueue } from './finish-queue.ts';
import type { ClientGroup } from './scenario.ts';

/**
 * The clients of one group during a run. All that are active get the same rate, so it suffices to keep what each of
 * them would have been given since the beginning (`served`): who joins when this is S and wants B bytes is done when it
 * is S + B. Where office peers share one copy, `served` is of the copy.
 */
export class Stream {
  readonly group: ClientGroup;
  /** When each client may begin to transfer, ascending, in seconds. */
  readonly #joinTimes: Float64Array;
  readonly #loadFactors: Float64Array | null;
  readonly #queue: FinishQueue;
  /** `served` at which a client that joined has what it boots with. */
  readonly #bootLevels: Float64Array;
  readonly readyTimes: Float64Array;
  readonly firstStartTimes: Float64Array;
  #joined = 0;
  #booted = 0;
  #served = 0;
  #active = 0;
  #ready = 0;
  /** Bytes a second for each active client; set by who shares out the lines. */
  rate = 0;

  /**
   * @param joinTimes ascending
   * @param loadFactors by client, what it loads as a multiple of the group's bytes; `null`: 1
   */
  constructor(group: ClientGroup, joinTimes: Float64Array, loadFactors: Float64Array | null) {
    this.group = group;
    this.#joinTimes = joinTimes;
    this.#loadFactors = loadFactors;
    this.#queue = new FinishQueue(group.peers ? 0 : joinTimes.length);
    this.#bootLevels = new Float64Array(joinTimes.length);
    this.readyTimes = new Float64Array(joinTimes.length).fill(Infinity);
    this.firstStartTimes = new Float64Array(joinTimes.length).fill(Infinity);
  }

  get clientCount(): number {
    return this.readyTimes.length;
  }

  /** Clients that load now. */
  get active(): number {
    return this.#active;
  }

  /** Clients that have everything. */
  get ready(): number {
    return this.#ready;
  }

  /** Clients that have begun. */
  get joined(): number {
    return this.#joined;
  }

  get nextJoinTime(): number {
    return this.#joinTimes[this.#joined] ?? Infinity;
  }

  /** When the next client will be done if rates stay as they are. */
  nextFinishTime(now: number): number {
    if (this.#active === 0 || this.rate === 0) return Infinity;
    return now + Math.max(0, this.#nextLevel - this.#served) / this.#speed;
  }

  /** Gives every active client its rate for some time. */
  serve(from: number, seconds: number): void {
    if (this.#active === 0 || this.rate === 0 || seconds <= 0) return;
    const before = this.#served;
    this.#served += this.#speed * seconds;
    while (this.#booted < this.#joined) {
      const level = this.#bootLevels[this.#booted] ?? 0;
      if (level > this.#served + this.#tolerance) break;
      this.#setBooted(Math.min(from + seconds, from + (level - before) / this.#speed));
    }
  }

  /** Lets go who is done. */
  finish(now: number): void {
    while (this.#active > 0 && this.#nextLevel - this.#served <= this.#tolerance) {
      if (this.group.peers) this.#finishCopy(now);
      else {
        const client = this.#queue.takeFirst();
        this.#active -= 1;
        this.#setReady(client, now);
      }
    }
  }

  /** Lets those begin whose time has come. */
  join(now: number): void {
    while (this.nextJoinTime <= now) {
      const client = this.#joined;
      this.#joined += 1;
      if (this.group.peers) this.#joinPeers(client, now);
      else this.#joinAlone(client, now);
    }
    // Who needs nothing is ready at once.
    this.finish(now);
  }

  #joinAlone(client: number, now: number): void {
    const bytes = this.group.bytes * (this.#loadFactors?.[client] ?? 1);
    this.#bootLevels[client] = this.#served + Math.min(this.group.bootBytes, bytes);
    this.#queue.add(this.#served + bytes, client);
    this.#active += 1;
    if (this.group.bootBytes === 0) this.#setBooted(now);
  }

  #joinPeers(client: number, now: number): void {
    this.#bootLevels[client] = this.group.bootBytes;
    if (this.#served < this.#nextLevel - this.#tolerance) this.#active += 1;
    else this.#setReady(client, now + this.#fromPeersSeconds(this.group.bytes));
    const haveAllBooted = this.#booted === client;
    if (haveAllBooted && this.group.bootBytes <= this.#served + this.#tolerance) {
      this.#setBooted(now + this.#fromPeersSeconds(this.group.bootBytes));
    }
  }

  #finishCopy(now: number): void {
    for (let client = this.#joined - this.#active; client < this.#joined; client += 1) {
      const began = this.#joinTimes[client] ?? now;
      this.#setReady(client, Math.max(now, began + this.#fromPeersSeconds(this.group.bytes)));
    }
    this.#active = 0;
    while (this.#booted < this.#joined) this.#setBooted(now);
  }

  #setReady(client: number, time: number): void {
    this.readyTimes[client] = time;
    this.#ready += 1;
  }

  /** Those who joined earlier boot earlier. */
  #setBooted(time: number): void {
    this.firstStartTimes[this.#booted] = time;
    this.#booted += 1;
  }

  #fromPeersSeconds(bytes: number): number {
    return this.group.peers ? bytes / this.group.peers.bytesPerSecond : 0;
  }

  get #nextLevel(): number {
    const { peers, bytes } = this.group;
    return peers ? bytes * peers.copies : this.#queue.firstLevel;
  }

  /** How fast `served` grows. */
  get #speed(): number {
    return this.group.peers ? this.rate * this.#active : this.rate;
  }

  /** What does not take a microsecond is done; sums of many additions are not exact. */
  get #tolerance(): number {
    return Math.max(1e-3, this.#speed * 1e-6);
  }
}
