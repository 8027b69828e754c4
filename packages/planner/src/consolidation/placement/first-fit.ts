import type { Load } from '../load.ts';
import { compareText, dominantShare, type Guest } from './guest.ts';
import { type HostCapacity, type Misfit, OpenHost } from './open-host.ts';

/** Where guests went, and which went nowhere. */
export interface Packing {
  readonly hosts: readonly OpenHost[];
  readonly unplaced: readonly Unplaced[];
}

export interface Unplaced {
  readonly guest: Guest;
  /** Why an empty host cannot hold it; without it, there were no more hosts. */
  readonly misfit: Misfit | undefined;
}

export interface PackingRules {
  readonly capacity: HostCapacity;
  readonly intervalCount: number;
  /** How many hosts there may be; infinite when they are bought as needed. */
  readonly maxHosts: number;
}

/** The order of the book: the guest that needs most of a host first (L3354); equal ones by name. */
export function byUse(guests: readonly Guest[], limit: Load): Guest[] {
  return sortedBy(guests, (guest) => dominantShare(guest, limit));
}

/** Sorts by what falls, then by name, so that the order of the input never matters. */
export function sortedBy(guests: readonly Guest[], key: (guest: Guest) => number): Guest[] {
  return guests
    .map((guest) => ({ guest, value: key(guest) }))
    .sort((a, b) => b.value - a.value || compareText(a.guest.names.join('\0'), b.guest.names.join('\0')))
    .map(({ guest }) => guest);
}

/**
 * Puts each guest on the first host that it fits on, and opens one when none does. Filling one host after the other with
 * all that fit, as the book does, comes to the same.
 */
export function firstFit(guests: readonly Guest[], rules: PackingRules): Packing {
  const hosts: OpenHost[] = [];
  const unplaced: Unplaced[] = [];
  const empty = new OpenHost(rules.capacity, rules.intervalCount);
  for (const guest of guests) {
    const misfit = empty.misfitOf(guest);
    if (misfit !== undefined || !placeOn(hosts, guest, rules)) unplaced.push({ guest, misfit });
  }
  return { hosts, unplaced };
}

/** Puts a guest that an empty host can hold on the first host with room, or on a new one if there may be more. */
export function placeOn(hosts: OpenHost[], guest: Guest, rules: PackingRules): boolean {
  let host = hosts.find((each) => each.misfitOf(guest) === undefined);
  if (host === undefined && hosts.length < rules.maxHosts) {
    host = new OpenHost(rules.capacity, rules.intervalCount);
    hosts.push(host);
  }
  host?.add(guest);
  return host !== undefined;
}
