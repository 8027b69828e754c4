import { WeekSchedule, type WorkingHours, weekSeconds } from '../engine/capacity.ts';

/** When people of a place work, in seconds after some Monday 00:00 UTC. */
export class WorkingTime {
  /** `null`: at any time. */
  readonly #week: WeekSchedule | null;

  constructor(hours: WorkingHours | null) {
    this.#week = hours && new WeekSchedule(hours);
  }

  isAt(time: number): boolean {
    return this.#week?.isWorkingAt(time) ?? true;
  }

  /** The moment itself when it is one of work; `Infinity` when nobody ever works. */
  firstFrom(time: number): number {
    return this.isAt(time) ? time : (this.#week?.nextChange(time) ?? time);
  }

  /** The latest moment of work that is not after this one. */
  lastUntil(time: number): number {
    if (!this.#week || this.isAt(time)) return time;
    let end = time - weekSeconds;
    for (let change = this.#week.nextChange(end); change <= time; change = this.#week.nextChange(change)) {
      end = change;
    }
    return end;
  }

  secondsWithin(from: number, until: number): number {
    if (!this.#week) return Math.max(0, until - from);
    let worked = 0;
    for (let at = from; at < until; ) {
      const next = Math.min(until, this.#week.nextChange(at));
      if (this.isAt(at)) worked += next - at;
      at = next;
    }
    return worked;
  }
}
