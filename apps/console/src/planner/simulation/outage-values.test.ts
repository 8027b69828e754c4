import { type Design, makeDesign, planSchema, simulateOutage } from '@carrel/planner';
import { describe, expect, test } from 'vitest';
import { type OutageValues, outageOf, usualOutage } from './outage-values.ts';

const begin = { day: '1', hour: '9' };
const uplink = { to: 'Centre', bandwidthMbitPerSecond: 100 };

function designWith(locations: readonly object[]): Design {
  return makeDesign(
    planSchema.parse({
      name: 'x',
      locations,
      images: [{ name: 'Windows', sizeGb: 40, dataGb: 12 }],
      workspaces: [
        {
          name: 'Desk',
          image: 'Windows',
          offlineLimitHours: 0,
          population: [{ location: 'Centre', users: 50 }],
        },
      ],
      recovery: { serverHours: 6, linkHours: 3 },
    }),
  );
}
const linked = designWith([
  { name: 'Centre', users: 50 },
  { name: 'Branch', users: 20, uplink },
]);

describe('an outage', () => {
  test('is of the first part of its kind, as long as the plan says it takes', () => {
    expect(usualOutage(linked, 'link')).toEqual({ component: 'link', name: 'Branch', hours: 3 });
    expect(usualOutage(linked, 'server')).toMatchObject({ component: 'server', hours: 6 });
  });

  test('can be simulated for every kind of part that there is', () => {
    for (const component of ['server', 'database', 'repository', 'link'] as const) {
      const outage = outageOf(linked, { ...usualOutage(linked, component), begin });
      expect(outage).toMatchObject({ component, startsAtSeconds: 33 * 3600 });
      if (outage) expect(simulateOutage(linked, outage).hours).toBe(outage.hours);
    }
  });

  test('is none of a part that the design does not have, nor of one that is gone', () => {
    const alone = designWith([{ name: 'Centre', users: 50 }]);
    expect(outageOf(alone, { ...usualOutage(alone, 'link'), begin })).toBeUndefined();
    const values: OutageValues = { component: 'link', name: 'Branch', hours: 3, begin };
    expect(outageOf(linked, values)).toBeDefined();
    expect(outageOf(alone, values)).toBeUndefined();
  });
});
