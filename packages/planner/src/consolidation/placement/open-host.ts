import { type Load, type Resource, resources } from '../load.ts';
import { isAbove } from '../series/index.ts';
import type { Guest } from './guest.ts';

/** What a host gives its guests. */
export interface HostCapacity {
  readonly load: Load;
  /** Room for disks; `null` on a SAN. */
  readonly diskGb: number | null;
  readonly maxGuests: number;
  /** Virtual processors of all guests; `null`: no limit but their use. */
  readonly virtualProcessors: number | null;
}

/** Why a guest does not fit; `interval` is when, of resources that change by the hour. */
export type Misfit =
  | {
      readonly kind: 'load';
      readonly resource: Resource;
      readonly interval: number;
      readonly needed: number;
      readonly limit: number;
    }
  | { readonly kind: 'disk-space' | 'processors' | 'guests'; readonly needed: number; readonly limit: number }
  | { readonly kind: 'spread'; readonly set: string; readonly limit: number };

/** A host being filled: it never holds more than its capacity in any interval. */
export class OpenHost {
  readonly guests: Guest[] = [];
  readonly #capacity: HostCapacity;
  readonly #loads: Float64Array;
  readonly #intervalCount: number;
  /** Where the host is fullest of each resource: asked first, since most that do not fit fail there. */
  readonly #fullest = new Uint32Array(resources.length);

  #count = 0;
  #diskGb = 0;
  #virtualProcessors = 0;

  constructor(capacity: HostCapacity, intervalCount: number) {
    this.#capacity = capacity;
    this.#intervalCount = intervalCount;
    this.#loads = new Float64Array(resources.length * intervalCount);
  }

  /** Why the guest does not fit beside those that are here; `undefined` when it does. */
  misfitOf(guest: Guest): Misfit | undefined {
    return this.#misfitOfCounts(guest) ?? this.#misfitOfLoads(guest);
  }

  /** Takes a guest that fits. */
  add(guest: Guest): void {
    this.guests.push(guest);
    this.#change(guest, 1);
  }

  remove(guest: Guest): void {
    this.guests.splice(this.guests.indexOf(guest), 1);
    this.#change(guest, -1);
    if (this.guests.length === 0) this.#loads.fill(0);
  }

  /** What the guests use together, as `LoadSeries` has it. */
  get loads(): Float64Array {
    return this.#loads;
  }

  #misfitOfCounts(guest: Guest): Misfit | undefined {
    const { diskGb, maxGuests, virtualProcessors } = this.#capacity;
    const count = this.#count + guest.names.length;
    if (count > maxGuests) return { kind: 'guests', needed: count, limit: maxGuests };
    const disks = this.#diskGb + guest.diskGb;
    if (diskGb !== null && isAbove(disks, diskGb))
      return { kind: 'disk-space', needed: disks, limit: diskGb };
    const processors = this.#virtualProcessors + guest.virtualProcessors;
    if (virtualProcessors !== null && processors > virtualProcessors) {
      return { kind: 'processors', needed: processors, limit: virtualProcessors };
    }
    return this.#misfitOfSpreads(guest);
  }

  #misfitOfSpreads(guest: Guest): Misfit | undefined {
    for (const { set } of guest.spreads) {
      const members = [...this.guests, guest].flatMap(({ spreads }) =>
        spreads.filter((each) => each.set === set),
      );
      const limit = Math.min(...members.map((each) => each.limit));
      if (members.reduce((sum, each) => sum + each.count, 0) > limit) return { kind: 'spread', set, limit };
    }
    return undefined;
  }

  #misfitOfLoads(guest: Guest): Misfit | undefined {
    for (const [index, resource] of resources.entries()) {
      const likely = this.#misfitAt(guest, index, resource, this.#fullest[index] ?? 0);
      if (likely !== undefined) return likely;
    }
    const values = guest.series.values;
    for (const [index, resource] of resources.entries()) {
      const limit = this.#capacity.load[resource];
      const allowed = limit + limit * 1e-9;
      const start = index * this.#intervalCount;
      for (let at = start; at < start + this.#intervalCount; at += 1) {
        if ((this.#loads[at] ?? 0) + (values[at] ?? 0) > allowed) {
          return this.#misfitAt(guest, index, resource, at - start);
        }
      }
    }
    return undefined;
  }

  #misfitAt(guest: Guest, index: number, resource: Resource, interval: number): Misfit | undefined {
    const at = index * this.#intervalCount + interval;
    const needed = (this.#loads[at] ?? 0) + (guest.series.values[at] ?? 0);
    const limit = this.#capacity.load[resource];
    return isAbove(needed, limit) ? { kind: 'load', resource, interval, needed, limit } : undefined;
  }

  #change(guest: Guest, sign: 1 | -1): void {
    this.#count += sign * guest.names.length;
    this.#diskGb += sign * guest.diskGb;
    this.#virtualProcessors += sign * guest.virtualProcessors;
    const values = guest.series.values;
    for (let index = 0; index < resources.length; index += 1) {
      const start = index * this.#intervalCount;
      let fullest = start;
      for (let at = start; at < start + this.#intervalCount; at += 1) {
        const sum = (this.#loads[at] ?? 0) + sign * (values[at] ?? 0);
        this.#loads[at] = sum;
        if (sum > (this.#loads[fullest] ?? 0)) fullest = at;
      }
      this.#fullest[index] = fullest - start;
    }
  }
}
