import { linkSites, parsePlan } from '@carrel/planner';
import { expect, test } from 'vitest';
import { type PlanDraft, rowsOf } from '../editing/plan-draft.ts';
import { newRow } from '../editing/plan-settings.ts';
import { withSites } from './with-sites.ts';

const link = (to: string, cost: number) => ({ to, cost });
const sites = linkSites(
  [
    { name: 'Berlin', links: [link('Oslo', 10), link('Rome', 20)] },
    { name: 'Oslo', links: [link('Berlin', 10)] },
    { name: 'Rome', links: [link('Berlin', 20)] },
  ],
  undefined,
);
const uplinkOf = (draft: PlanDraft, name: string): unknown =>
  rowsOf(draft, 'locations').find((row) => row.name === name)?.uplink;

test('sites take the place of an empty first row, linked on the way to the centre', () => {
  const draft = withSites({ name: 'x', locations: [newRow('locations')] }, sites);
  expect(rowsOf(draft, 'locations').map(({ name }) => name)).toEqual(['Berlin', 'Oslo', 'Rome']);
  expect(uplinkOf(draft, 'Berlin')).toBeNull();
  expect(uplinkOf(draft, 'Oslo')).toMatchObject({ to: 'Berlin' });
});

test('what a directory does not know stays to be filled in', () => {
  const { findings = [] } = parsePlan(withSites({ name: 'x', locations: [] }, sites));
  const paths = findings.map(({ path }) => path);
  expect(paths).toContain('locations[0].users');
  expect(paths).toContain('locations[1].uplink.bandwidthMbitPerSecond');
});

test('a location of the plan keeps its people, its bandwidth and its place in the list', () => {
  const rome = { ...newRow('locations'), name: 'Rome', users: 80 };
  const oslo = {
    ...newRow('locations'),
    name: 'Oslo',
    users: 5,
    uplink: { to: 'Rome', bandwidthMbitPerSecond: 7 },
  };
  const draft = withSites({ name: 'x', locations: [rome, oslo] }, sites);
  expect(rowsOf(draft, 'locations').map(({ name, users }) => [name, users])).toEqual([
    ['Rome', 80],
    ['Oslo', 5],
    ['Berlin', ''],
  ]);
  expect(uplinkOf(draft, 'Oslo')).toEqual({ to: 'Berlin', bandwidthMbitPerSecond: 7 });
});

test('taking the same sites again changes nothing', () => {
  const once = withSites({ name: 'x', locations: [] }, sites);
  expect(withSites(once, sites)).toEqual(once);
});
