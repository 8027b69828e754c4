import type { Sheet } from '@carrel/planner';
import { describe, expect, test } from 'vitest';
import { rowsOf } from '../editing/plan-draft.ts';
import { newRow } from '../editing/plan-settings.ts';
import { populationOf } from '../editing/population.ts';
import { guessTargets, targetKey, targetOfKey } from './location-targets.ts';
import { tableEntries } from './table-entries.ts';
import { withTable } from './with-table.ts';

const sheet: Sheet = {
  name: 'Sheet1',
  columns: [
    'Site',
    'Headcount',
    'Uplink',
    'WAN Gbit/s',
    'Utilisation',
    'Comment',
    'Users of Payroll',
    'Isolated',
  ],
  rows: [
    ['Bergen HQ', '4.200', null, null, null, 'centre', 12, null],
    ['oslo', 3100, 'BERGEN hq', 0.5, 0.25, null, null, 'no'],
    [null, 5, null, null, null, 'no name', null, null],
    ['Laboratory', 'some', null, null, null, null, null, 'x'],
  ],
};

describe('a table of locations', () => {
  const targets = guessTargets(sheet);

  test('is understood by its headings', () => {
    expect(targets.map(targetKey)).toEqual([
      'field name',
      'field users',
      'field uplink.to',
      'field uplink.bandwidthMbitPerSecond',
      'field uplink.otherTrafficShare',
      '',
      'people Payroll',
      'field isIsolated',
    ]);
    expect(targets.map((target) => targetOfKey(targetKey(target)))).toEqual(targets);
  });

  test('fills an empty plan, faults and all', () => {
    const taken = withTable({ locations: [newRow('locations')] }, tableEntries(sheet, targets));
    expect(taken).toMatchObject({ added: 3, changed: 0, leftOut: 1 });
    expect(rowsOf(taken.draft, 'locations')).toMatchObject([
      { name: 'Bergen HQ', users: 4200, uplink: null },
      {
        name: 'oslo',
        users: 3100,
        uplink: { to: 'Bergen HQ', bandwidthMbitPerSecond: 500, otherTrafficShare: 0.25 },
      },
      { name: 'Laboratory', users: 'some', isIsolated: true },
    ]);
    expect(rowsOf(taken.draft, 'workspaces')).toMatchObject([{ name: 'Payroll' }]);
    expect(populationOf(taken.draft, 0)).toEqual([{ location: 'Bergen HQ', users: 12 }]);
  });

  test('changes what it names of a plan, and nothing else', () => {
    const draft = {
      locations: [
        { ...newRow('locations'), name: 'Oslo', users: 5, hasLibrary: true },
        { ...newRow('locations'), name: 'Rome', users: 6 },
      ],
      workspaces: [{ ...newRow('workspaces'), name: 'payroll', image: 'Office', population: [] }],
    };
    const taken = withTable(draft, tableEntries(sheet, targets));
    expect(taken).toMatchObject({ added: 2, changed: 1 });
    expect(rowsOf(taken.draft, 'locations').map(({ name, users }) => [name, users])).toEqual([
      ['Oslo', 3100],
      ['Rome', 6],
      ['Bergen HQ', 4200],
      ['Laboratory', 'some'],
    ]);
    expect(rowsOf(taken.draft, 'locations')[0]).toMatchObject({ hasLibrary: true });
    expect(rowsOf(taken.draft, 'workspaces')).toMatchObject([{ name: 'payroll', image: 'Office' }]);
    expect(withTable(taken.draft, tableEntries(sheet, targets)).draft).toEqual(taken.draft);
  });
});
