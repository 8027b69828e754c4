import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Load, loadOf, resources } from '../load.ts';
import { isAbove } from '../series/index.ts';
import { type PlacementInput, type PlacementRules, place } from './index.ts';

const intervalCount = 6;
const capacity: Load = { processorMhz: 100, memoryGb: 100, diskMbPerSecond: 100, networkMbitPerSecond: 100 };
const rules: PlacementRules = {
  capacity: { load: capacity, diskGb: 1000, maxGuests: 8, virtualProcessors: null },
  intervalCount,
  timeOf: (interval) => ` at ${interval}`,
  maxHosts: Number.POSITIVE_INFINITY,
  sparesPerCluster: 1,
  clusterHosts: 16,
};

function guest(
  name: string,
  change: Partial<PlacementInput> & { load?: Partial<Load> } = {},
): PlacementInput {
  const { load = {}, ...rest } = change;
  const values = new Float64Array(resources.length * intervalCount);
  resources.forEach((resource, index) =>
    values.fill(load[resource] ?? 1, index * intervalCount, (index + 1) * intervalCount),
  );
  return {
    name,
    location: '',
    group: '',
    series: { intervalCount, values },
    diskGb: 1,
    virtualProcessors: 1,
    together: '',
    spread: '',
    spreadLimit: 1,
    ...rest,
  };
}

const guestsArbitrary = fc
  .array(
    fc.record({
      values: fc.array(fc.integer({ min: 0, max: 60 }), {
        minLength: resources.length * intervalCount,
        maxLength: resources.length * intervalCount,
      }),
      diskGb: fc.integer({ min: 0, max: 400 }),
      spread: fc.constantFrom('', '', '', 'cluster'),
      together: fc.constantFrom('', '', '', '', 'pair'),
      location: fc.constantFrom('', 'Oslo'),
    }),
    { maxLength: 14 },
  )
  .map((all) =>
    all.map(({ values, ...rest }, index) =>
      guest(`g${index}`, {
        ...rest,
        series: { intervalCount, values: Float64Array.from(values, (each) => each) },
      }),
    ),
  );

const placedNames = (inputs: readonly PlacementInput[], change: Partial<PlacementRules> = {}) =>
  place(inputs, { ...rules, ...change }).flatMap(({ hosts }) =>
    hosts.flatMap(({ guests }) => guests.map(({ name }) => name)),
  );

describe('place', () => {
  it('places or refuses each guest once, and keeps every host within every limit in every interval', () => {
    fc.assert(
      fc.property(guestsArbitrary, (inputs) => {
        const placements = place(inputs, rules);
        const byName = new Map(inputs.map((input) => [input.name, input]));
        const all = placements.flatMap(({ hosts, unplaced }) => [
          ...hosts.flatMap(({ guests }) => guests.map(({ name }) => name)),
          ...unplaced.map(({ name }) => name),
        ]);
        expect(all.toSorted()).toEqual(inputs.map(({ name }) => name).toSorted());
        for (const { location, hosts } of placements) {
          for (const { guests } of hosts) {
            const members = guests.flatMap(({ name }) => byName.get(name) ?? []);
            expect(members.every((each) => each.location === location)).toBe(true);
            expect(members.length).toBeLessThanOrEqual(8);
            expect(members.reduce((sum, { diskGb }) => sum + diskGb, 0)).toBeLessThanOrEqual(1000);
            for (let at = 0; at < resources.length * intervalCount; at += 1) {
              const sum = members.reduce((total, { series }) => total + (series.values[at] ?? 0), 0);
              expect(isAbove(sum, 100)).toBe(false);
            }
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  it('needs no more hosts than the method of the book, and no fewer than the bound', () => {
    fc.assert(
      fc.property(guestsArbitrary, (inputs) => {
        for (const { hosts, bookHosts, bound } of place(inputs, rules)) {
          expect(hosts.length).toBeLessThanOrEqual(bookHosts);
          expect(hosts.length).toBeGreaterThanOrEqual(bound.hosts);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('does not depend on the order of rows', () => {
    fc.assert(
      fc.property(
        guestsArbitrary.chain((inputs) =>
          fc.tuple(fc.constant(inputs), fc.shuffledSubarray(inputs, { minLength: inputs.length })),
        ),
        ([inputs, shuffled]) => {
          expect(place(shuffled, rules)).toEqual(place(inputs, rules));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('never places fewer when hosts become larger, or more', () => {
    fc.assert(
      fc.property(
        guestsArbitrary,
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 4 }),
        (inputs, more, maxHosts) => {
          const larger = { ...rules.capacity, load: loadOf((each) => capacity[each] + more) };
          expect(placedNames(inputs, { capacity: larger }).length).toBeGreaterThanOrEqual(
            placedNames(inputs).length,
          );
          expect(placedNames(inputs, { maxHosts: 99 }).length).toBeGreaterThanOrEqual(
            placedNames(inputs, { maxHosts }).length,
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it('puts guests beside each other that are busy at different times', () => {
    const busyAt = (name: string, hour: number) => {
      const values = new Float64Array(resources.length * intervalCount).fill(1);
      values[hour] = 90;
      return guest(name, { series: { intervalCount, values } });
    };
    expect(place([busyAt('day', 1), busyAt('night', 4)], rules)[0]?.hosts).toHaveLength(1);
    expect(place([busyAt('one', 1), busyAt('two', 1)], rules)[0]?.hosts).toHaveLength(2);
  });

  it('finds fewer hosts than first fit by falling size, and says which cannot be beaten', () => {
    // First fit puts 45 + 45, 45 + 35 + 20, 35 + 35 + 20, 20; the best is three times 45 + 35 + 20.
    const sizes = [45, 45, 45, 35, 35, 35, 20, 20, 20];
    const inputs = sizes.map((size, index) => guest(`g${index}`, { load: { processorMhz: size } }));
    const [placement] = place(inputs, rules);
    expect(placement?.bookHosts).toBe(4);
    expect(placement?.bound.hosts).toBe(3);
    expect(placement?.hosts).toHaveLength(3);
  });

  it('keeps together what belongs together, and apart what must not fail at once', () => {
    const inputs = [
      guest('a', { together: 'app', load: { memoryGb: 40 } }),
      guest('b', { together: 'app', load: { memoryGb: 40 } }),
      guest('c', { load: { memoryGb: 50 } }),
      guest('n1', { spread: 'nodes' }),
      guest('n2', { spread: 'nodes' }),
      guest('n3', { spread: 'nodes' }),
    ];
    const hosts = place(inputs, rules)[0]?.hosts.map(({ guests }) => guests.map(({ name }) => name)) ?? [];
    expect(hosts.some((names) => names.includes('a') && names.includes('b'))).toBe(true);
    expect(hosts.map((names) => names.filter((name) => name.startsWith('n')).length)).toEqual([1, 1, 1]);
  });

  it('says why a guest has no host', () => {
    const [none] = place([guest('huge', { load: { memoryGb: 101 } })], rules);
    expect(none).toMatchObject({
      hosts: [],
      spareHosts: 0,
      unplaced: [
        { name: 'huge', why: 'even an empty host would have to give 101 of its 100 GB memory at 0' },
      ],
    });
    const full = place([guest('a', { load: { memoryGb: 60 } }), guest('b', { load: { memoryGb: 60 } })], {
      ...rules,
      maxHosts: 1,
    });
    expect(full[0]?.unplaced).toEqual([
      { name: 'b', why: 'no host has room, and there may be no more than 1' },
    ]);
  });

  it('says why a guest is where it is', () => {
    const [placement] = place(
      [guest('a', { load: { memoryGb: 60 } }), guest('b', { load: { memoryGb: 55 } })],
      rules,
    );
    expect(placement?.hosts.map(({ guests }) => guests[0]?.why)).toEqual([
      'the first host',
      'host 1 would have to give 115 of its 100 GB memory at 0',
    ]);
    expect(placement?.hosts[0]).toMatchObject({ tightest: 'memoryGb', peakShare: { memoryGb: 0.6 } });
  });

  it.each([
    [1, 1],
    [15, 1],
    [16, 2],
  ])('gives %i hosts %i spares in clusters of 16', (hosts, spares) => {
    const inputs = Array.from({ length: hosts }, (_, index) =>
      guest(`g${index}`, { load: { memoryGb: 60 } }),
    );
    expect(place(inputs, rules)[0]).toMatchObject({ spareHosts: spares });
  });
});
