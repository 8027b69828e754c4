import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyChanges, diffPlans, formatPlanPath } from './index.ts';

const base = {
  name: 'Plan',
  locations: [
    { name: 'Berlin', users: 100, uplink: null, days: ['mon', 'tue'] },
    { name: 'Rome', users: 40, uplink: { to: 'Berlin', latencyMs: 20 } },
  ],
};
const told = (before: unknown, after: unknown) =>
  diffPlans(before, after).map((change) => [formatPlanPath(change.path), change.before, change.after]);

describe('what differs', () => {
  test('is told by field, row name and the smallest value', () => {
    const after = {
      ...base,
      locations: [
        { name: 'Rome', users: 55, uplink: { to: 'Berlin', latencyMs: 20 } },
        { name: 'Berlin', users: 100, uplink: null, days: ['mon'] },
        { name: 'Oslo', users: 5 },
      ],
    };
    expect(told(base, after)).toEqual([
      ['locations[Berlin].days', ['mon', 'tue'], ['mon']],
      ['locations[Rome].users', 40, 55],
      ['locations[Oslo]', undefined, { name: 'Oslo', users: 5 }],
    ]);
  });

  test('is the whole list where its rows have no names or share one', () => {
    const before = { travellers: [{ from: 'Rome', users: 1 }] };
    const after = { travellers: [{ from: 'Rome', users: 2 }] };
    expect(told(before, after)).toEqual([['travellers', before.travellers, after.travellers]]);
    const twice = { rows: [{ name: 'a' }, { name: 'a' }] };
    expect(told({ rows: [{ name: 'a' }] }, twice)).toHaveLength(1);
  });
});

describe('changes of two people', () => {
  test('go on top of each other', () => {
    const [berlin, rome] = base.locations;
    const theirs = { ...base, name: 'Theirs', locations: [{ ...rome, users: 41 }, berlin] };
    const mine = { ...base, locations: [berlin, { ...rome, uplink: { to: 'Berlin', latencyMs: 5 } }] };
    expect(applyChanges(theirs, diffPlans(base, mine))).toEqual({
      name: 'Theirs',
      locations: [{ name: 'Rome', users: 41, uplink: { to: 'Berlin', latencyMs: 5 } }, berlin],
    });
  });

  test('inside a row that the other one removed are left out', () => {
    const theirs = { ...base, locations: base.locations.slice(0, 1) };
    const mine = { ...base, locations: base.locations.map((row) => ({ ...row, users: 1 })) };
    expect(applyChanges(theirs, diffPlans(base, mine))).toEqual({
      ...base,
      locations: [{ ...base.locations[0], users: 1 }],
    });
  });

  const row = fc.record(
    { name: fc.constantFrom('a', 'b', 'c', 'd'), users: fc.nat(3) },
    { requiredKeys: ['name'] },
  );
  const plan = fc.record({
    rows: fc.uniqueArray(row, { selector: ({ name }) => name }),
    note: fc.option(fc.string({ maxLength: 2 })),
    tags: fc.array(fc.nat(2), { maxLength: 2 }),
  });

  test('lead from any plan to any other, but for the order of rows', () => {
    fc.assert(
      fc.property(plan, plan, (before, after) => {
        expect(diffPlans(applyChanges(before, diffPlans(before, after)), after)).toEqual([]);
      }),
    );
  });
});
