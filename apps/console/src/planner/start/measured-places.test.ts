import type { Measurements } from '@carrel/contract';
import { planFromInstance } from '@carrel/planner';
import { expect, test } from 'vitest';
import { computerTags, isEmptyPlan } from './measured-places.ts';

const nothing: Measurements = {
  from: '2027-01-01T00:00:00.000Z',
  to: '2027-01-31T00:00:00.000Z',
  devices: [{ tag: null, count: 0 }],
  events: { perDevicePerDay: null, averageBytes: null },
  images: [],
  deliveries: [],
  workspaces: [],
};
const computers = [
  { tag: null, count: 9 },
  { tag: 'Rome', count: 2 },
  { tag: 'berlin', count: 3 },
  { tag: 'Berlin', count: 4 },
];

test('tags are offered by name, with their computers whatever the case of the tag', () => {
  expect(computerTags({ ...nothing, devices: computers })).toEqual([
    { value: 'berlin', label: 'berlin (7)' },
    { value: 'Rome', label: 'Rome (2)' },
  ]);
});

test('what is offered as a location has its computers in the plan', () => {
  const measured = { ...nothing, devices: computers };
  const locations = computerTags(measured).map(({ value }) => value);
  const plan = planFromInstance(measured, { name: 'x', locations });
  expect(plan.locations).toEqual([
    { name: 'berlin', users: 7 },
    { name: 'Rome', users: 2 },
  ]);
  expect(isEmptyPlan(plan)).toBe(false);
});

test('an instance that nobody uses makes no plan', () => {
  expect(isEmptyPlan(planFromInstance(nothing, { name: 'x', locations: [] }))).toBe(true);
});
