import { type Load, type Resource, resources, resourceWords } from '../load.ts';
import type { Guest } from './guest.ts';
import type { HostCapacity } from './open-host.ts';

/** How many hosts any placement needs at least, and what says so. */
export interface LowerBound {
  readonly hosts: number;
  readonly reason: string;
}

/**
 * The largest of several counts that no placement can go below: what all need at once of a resource; guests that each
 * need more than half of one at the same time; room for disks, processors, guests and spread sets.
 */
export function lowerBound(
  guests: readonly Guest[],
  capacity: HostCapacity,
  intervalCount: number,
): LowerBound {
  const bounds = [
    ...resources.map((resource, index) => sumBound(guests, resource, index, capacity.load, intervalCount)),
    ...resources.map((resource, index) => halfBound(guests, resource, index, capacity.load, intervalCount)),
    ...countBounds(guests, capacity),
    ...spreadBounds(guests),
  ];
  return bounds.reduce((best, bound) => (bound.hosts > best.hosts ? bound : best), {
    hosts: guests.length === 0 ? 0 : 1,
    reason: 'every guest needs a host',
  });
}

function sumBound(
  guests: readonly Guest[],
  resource: Resource,
  index: number,
  load: Load,
  intervalCount: number,
): LowerBound {
  let most = 0;
  for (let interval = 0; interval < intervalCount; interval += 1) {
    let sum = 0;
    for (const { series } of guests) sum += series.values[index * intervalCount + interval] ?? 0;
    most = Math.max(most, sum);
  }
  const { name } = resourceWords[resource];
  return {
    hosts: hostsFor(most, load[resource]),
    reason: `all guests together need so much ${name} at once`,
  };
}

function halfBound(
  guests: readonly Guest[],
  resource: Resource,
  index: number,
  load: Load,
  intervalCount: number,
): LowerBound {
  const half = (load[resource] / 2) * (1 + 1e-9);
  const large = guests.filter(({ peak }) => peak[resource] > half);
  let most = 0;
  for (let interval = 0; interval < intervalCount; interval += 1) {
    let count = 0;
    for (const { series } of large)
      if ((series.values[index * intervalCount + interval] ?? 0) > half) count += 1;
    most = Math.max(most, count);
  }
  const { name } = resourceWords[resource];
  return { hosts: most, reason: `so many guests need more than half the ${name} of a host at once` };
}

function countBounds(guests: readonly Guest[], capacity: HostCapacity): LowerBound[] {
  const total = (of: (guest: Guest) => number) => guests.reduce((sum, guest) => sum + of(guest), 0);
  return [
    {
      hosts: hostsFor(
        total(({ diskGb }) => diskGb),
        capacity.diskGb ?? Number.POSITIVE_INFINITY,
      ),
      reason: 'the disks of all guests need so much room',
    },
    {
      hosts: hostsFor(
        total(({ virtualProcessors }) => virtualProcessors),
        capacity.virtualProcessors ?? Number.POSITIVE_INFINITY,
      ),
      reason: 'all guests together have so many processors',
    },
    {
      hosts: hostsFor(
        total(({ names }) => names.length),
        capacity.maxGuests,
      ),
      reason: 'a host runs only so many guests',
    },
  ];
}

function spreadBounds(guests: readonly Guest[]): LowerBound[] {
  const sets = Map.groupBy(
    guests.flatMap(({ spreads }) => spreads),
    ({ set }) => set,
  );
  // Guests of several members count as one each: how they share hosts with others is not known beforehand.
  return [...sets].map(([set, members]) => ({
    hosts: Math.ceil(members.length / Math.max(...members.map(({ limit }) => limit))),
    reason: `the guests of ${set} have to be on so many hosts`,
  }));
}

function hostsFor(needed: number, limit: number): number {
  return needed === 0 ? 0 : Math.ceil((needed / limit) * (1 - 1e-9));
}
