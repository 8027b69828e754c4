import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytes } from '../../quantities/index.ts';
import { behind, planOf } from '../testing/plans.ts';
import { soundPlans } from '../testing/random-plans.ts';
import {
  buildNetwork,
  type NetworkNode,
  pathToRoot,
  scheduleOf,
  secondsToCarry,
  treeMedian,
} from './index.ts';

const hour = 3600;

describe('what a link carries', () => {
  const scheduleFor = (workingHours: object, delivery: object) => {
    const link = behind('Centre', 80, { name: 'Branch', users: 1, workingHours });
    const plan = planOf({ locations: [{ name: 'Centre', users: 0 }, link], delivery });
    const [, location] = plan.locations;
    const schedule = location && scheduleOf(location, plan.delivery);
    if (!schedule) throw new Error('no link');
    return schedule;
  };
  // 80 Mbit/s are 10 MB a second.
  const office = { start: '08:00', end: '18:00' };

  it.each([
    { what: 'within working hours', megabytes: 5 * hour, hours: 1 },
    { what: 'over the evening', megabytes: 50 * hour + 10 * hour, hours: 11 },
    { what: 'into the second day', megabytes: 50 * hour + 140 * hour + 5 * hour, hours: 25 },
    { what: 'over a weekend', megabytes: 5 * (50 + 140) * hour + 480 * hour + 5 * hour, hours: 7 * 24 + 1 },
    { what: 'for three weeks', megabytes: 3 * (5 * 190 + 480) * hour, hours: 21 * 24 },
  ])('takes $hours h $what', ({ megabytes, hours }) => {
    const schedule = scheduleFor(office, { workingHoursShare: 0.5, offHoursShare: 1 });
    expect(secondsToCarry(bytes(megabytes * 1e6), schedule)).toBeCloseTo(hours * hour, 3);
  });

  it('waits for the evening where work leaves nothing, and for ever where nothing is left at all', () => {
    const evening = scheduleFor(office, { workingHoursShare: 0, offHoursShare: 1 });
    expect(secondsToCarry(bytes(10e6 * hour), evening)).toBeCloseTo(11 * hour, 3);
    const never = scheduleFor(office, { workingHoursShare: 0, offHoursShare: 0 });
    expect(secondsToCarry(bytes(1), never)).toBe(Number.POSITIVE_INFINITY);
    expect(secondsToCarry(bytes(0), never)).toBe(0);
  });

  it('knows no work where nobody works', () => {
    const schedule = scheduleFor({ days: [] }, { workingHoursShare: 0.1, offHoursShare: 1 });
    expect(secondsToCarry(bytes(10e6 * hour), schedule)).toBeCloseTo(hour, 3);
  });
});

describe('the nearest place for a server', () => {
  const distance = (network: ReturnType<typeof buildNetwork>, from: number, to: number): number => {
    const lengths = (index: number): Map<number, number> => {
      let length = 0;
      return new Map(
        pathToRoot(network, index).map((node) => {
          const entry = [node.index, length] as const;
          length += 1;
          return entry;
        }),
      );
    };
    const up = lengths(from);
    const down = lengths(to);
    return Math.min(
      ...[...up].flatMap(([index, length]) => (down.has(index) ? length + (down.get(index) ?? 0) : [])),
    );
  };

  it('is that of a search through all places', () => {
    fc.assert(
      fc.property(soundPlans, (plan) => {
        const network = buildNetwork(plan);
        const [root] = network.nodes;
        const tree = network.nodes.filter((node) => node.root === root?.index);
        const hosts = tree.filter(({ location }) => location.mayHostRepository);
        const weights = new Map(tree.map(({ index, location }) => [index, location.users]));
        const costOf = (place: NetworkNode): number =>
          tree.reduce(
            (sum, node) => sum + node.location.users * distance(network, node.index, place.index),
            0,
          );
        for (const candidates of [tree, hosts]) {
          const median = treeMedian(network, weights, candidates);
          expect(median && costOf(median)).toBe(Math.min(...candidates.map(costOf)));
        }
      }),
      { numRuns: 100 },
    );
  });
});
