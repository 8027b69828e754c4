import { type Design, makeDesign, planSchema } from '@carrel/planner';
import { expect, test } from 'vitest';
import { compareWithPlans } from './compare-with-plans.ts';

const document = {
  name: 'Now',
  locations: [
    { name: 'Centre', users: 10 },
    { name: 'Oslo', users: 60, uplink: { to: 'Centre', bandwidthMbitPerSecond: 100 } },
  ],
  images: [{ name: 'Windows', sizeGb: 40, dataGb: 15 }],
  workspaces: [
    {
      name: 'Desk',
      image: 'Windows',
      distribution: 'network',
      population: [{ location: 'Oslo', users: 60 }],
    },
  ],
  placement: { server: 'Centre' },
};
const design: Design = makeDesign(planSchema.parse(document));
const [centre, oslo] = document.locations;
const faster = {
  ...document,
  name: 'Faster',
  locations: [centre, { ...oslo, uplink: { to: 'Centre', bandwidthMbitPerSecond: 1000 } }],
};

test('what differs is said in words, in the order of the plans, and defaults are no difference', () => {
  const same = { ...document, description: '' };
  const { names, inputs, comparison } = compareWithPlans({
    design,
    others: [
      { name: 'Same', document: same },
      { name: 'Faster', document: faster },
    ],
  });
  expect(names).toEqual(['Same', 'Faster']);
  const path = 'locations[Oslo].uplink.bandwidthMbitPerSecond';
  expect(inputs).toMatchObject([{ path, values: ['100', '100', '1,000'] }]);
  expect(inputs[0]?.place).toContain('Oslo');
  const times = comparison?.serviceLevels.find(({ location }) => location === 'Oslo')?.values;
  const [now = 0, , then = 0] = times?.map((each) => each?.initialLoadSeconds) ?? [];
  expect(then).toBeLessThan(now);
});

test('a plan with errors is named and left out', () => {
  const { names, flawed, comparison } = compareWithPlans({
    design,
    others: [
      { name: 'Broken', document: { ...document, workspaces: [{ name: 'Desk', image: 'Other' }] } },
      { name: 'Faster', document: faster },
    ],
  });
  expect(names).toEqual(['Faster']);
  expect(flawed).toMatchObject([{ name: 'Broken' }]);
  expect(flawed[0]?.errors).toBeGreaterThan(0);
  expect(comparison?.figures[0]?.values).toHaveLength(2);
});

test('nothing is compared where no other plan has a design', () => {
  const { comparison } = compareWithPlans({ design, others: [{ name: 'None', document: {} }] });
  expect(comparison).toBeUndefined();
});
