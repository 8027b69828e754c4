import { expect, it } from 'vitest';
import { importLocations } from './import-locations.ts';
import { sitesToLocations } from './sites-to-locations.ts';

const link = (to: string, cost: number) => ({ to, cost });
const sites = [
  { name: 'Rome', links: [link('Berlin', 300), link('Milan', 20)] },
  { name: 'Milan', links: [link('Rome', 20), link('Berlin', 50)] },
  { name: 'Berlin', links: [link('Rome', 300), link('Milan', 50), link('Oslo', 10)] },
  { name: 'Oslo', links: [link('Berlin', 10)] },
  { name: 'Lab', links: [] },
];

it('joins every site to the next one on its cheapest way to the centre', () => {
  expect(sitesToLocations(sites, undefined).rows).toEqual([
    ['Berlin', null, null, null],
    ['Lab', null, null, null],
    ['Milan', null, 'Berlin', null],
    ['Oslo', null, 'Berlin', null],
    ['Rome', null, 'Milan', null],
  ]);
  expect(sitesToLocations(sites, 'Milan').rows[0]).toEqual(['Berlin', null, 'Milan', null]);
});

it('is read once people and bandwidths are in', () => {
  const sheet = sitesToLocations(sites, 'Berlin');
  expect(importLocations(sheet).findings).not.toEqual([]);
  const completed = sheet.rows.map(([name, , to]) => [name ?? null, 5, to ?? null, to === null ? null : 10]);
  const { locations, findings } = importLocations({ ...sheet, rows: completed });
  expect(findings).toEqual([]);
  expect(locations).toContainEqual({
    name: 'Rome',
    users: 5,
    uplink: { to: 'Milan', bandwidthMbitPerSecond: 10 },
  });
});

it('has nothing to say of no sites', () => {
  expect(sitesToLocations([], undefined).rows).toEqual([]);
});
