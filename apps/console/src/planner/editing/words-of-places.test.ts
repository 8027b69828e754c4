import { diffPlans, type Finding } from '@carrel/planner';
import { expect, test } from 'vitest';
import { changeWords } from './change-words.ts';
import { withField, withPlace } from './with-place.ts';

const before = {
  locations: [{ name: 'Oslo', users: 3100, uplink: { to: 'HQ', otherTrafficShare: 0.3 } }],
  growth: { years: 3 },
};

test('changes are said in the words of their fields', () => {
  const after = {
    locations: [
      { name: 'Oslo', users: 3150, uplink: { to: 'HQ', otherTrafficShare: 0.25 } },
      { name: 'Rome', users: 1 },
    ],
    growth: { years: 4 },
  };
  expect(diffPlans(before, after).map(changeWords)).toEqual([
    { place: 'Oslo, Users', before: '3,100', after: '3,150' },
    { place: 'Oslo, Other traffic, %', before: '30 %', after: '25 %' },
    { place: 'Rome, location', before: 'none', after: 'there' },
    { place: 'Years to last', before: '3', after: '4' },
  ]);
});

const finding = (code: Finding['code'], path: string, message: string): Finding => ({
  severity: 'error',
  code,
  path,
  message,
  remedy: '',
});

test('a finding apart from its field says which row and field it is about, once', () => {
  const fault = finding('PLAN_FIELD_INVALID', 'locations[0].users', 'Enter a whole number.');
  expect(withField(fault).message).toBe('Users: Enter a whole number.');
  expect(withPlace(fault, before).message).toBe('Oslo: Users: Enter a whole number.');
  expect(withPlace({ ...fault, path: 'locations.7.users' }, before).message).toBe(
    'location in row 8: Users: Enter a whole number.',
  );
  const unknown = finding('PLAN_NAME_UNKNOWN', 'locations[0].uplink.to', 'There is no location H.');
  expect(withPlace(unknown, before).message).toBe('Oslo: There is no location H.');
  const known = { ...unknown, message: 'Oslo is linked to itself.' };
  expect(withPlace(known, before)).toEqual(known);
});
