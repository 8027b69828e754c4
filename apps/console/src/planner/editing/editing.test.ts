import { describe, expect, test } from 'vitest';
import type { SettingNode } from '../../schema-fields/index.ts';
import { columnNames, matchHeadings } from './column-names.ts';
import { faultsOf, faultsWithin } from './faults.ts';
import { numberText, parseNumberText } from './number-text.ts';
import { cellsOf, type PasteColumn, pasteCells } from './paste.ts';
import { newRow, planLists, planSettings, rowSettings } from './plan-settings.ts';
import { planWords } from './plan-words.ts';
import { listNamedBy, renameEverywhere } from './references.ts';
import { withRowValue } from './row-value.ts';

function nodeOf(list: (typeof planLists)[number], path: string): SettingNode {
  const node = rowSettings(list).get(path);
  if (node === undefined) throw new Error(`no field ${list}.${path}`);
  return node;
}

describe('words', () => {
  const paths = [
    ...[...planSettings.values()].filter(({ kind }) => kind !== 'list'),
    ...planLists.flatMap((list) =>
      [...rowSettings(list).values()].map((node) => ({ ...node, path: `${list}.${node.path}` })),
    ),
  ];

  test('are there for every field of a plan and every choice', () => {
    const missing = paths.flatMap(({ path, options }) => {
      const words = planWords[path];
      if (words === undefined) return [path];
      return options
        .filter((option) => words.choices?.[option] === undefined)
        .map((option) => `${path}=${option}`);
    });
    expect(missing).toEqual([]);
  });

  test('are not left over from a field that is gone', () => {
    const known = new Set(paths.map(({ path }) => path));
    expect(Object.keys(planWords).filter((path) => !known.has(path))).toEqual([]);
  });
});

describe('numbers', () => {
  const users = nodeOf('locations', 'users');
  const share = nodeOf('locations', 'uplink.otherTrafficShare');

  test.each([
    ['1200', 1200],
    ['1,200', 1200],
    ['1 200', 1200],
    ['12,5', 12.5],
    ['-3', -3],
    ['many', 'many'],
    ['', ''],
    ['1e9', '1e9'],
    ['4.200', 4200],
    ['1.234.567', 1_234_567],
  ])('%j is %j', (text, value) => {
    expect(parseNumberText(text, users)).toBe(value);
  });

  test.each([
    ['1 Gbit/s', 1000],
    ['2,5G', 2500],
    ['100 Mbps', 100],
    ['512 kbit/s', 0.512],
    ['34.368', 34.368],
    ['fast', 'fast'],
  ])('%j is a rate of %j', (text, value) => {
    expect(parseNumberText(text, nodeOf('locations', 'uplink.bandwidthMbitPerSecond'))).toBe(value);
    expect(parseNumberText('1 G', users)).toBe('1 G');
  });

  test('parts of a whole are written in percent', () => {
    expect(parseNumberText('30 %', share)).toBe(0.3);
    expect(parseNumberText('7', share)).toBe(0.07);
    expect(numberText(0.07, share)).toBe('7');
    expect(numberText(0.29, share)).toBe('29');
  });
});

describe('pasting', () => {
  const columns: PasteColumn[] = [
    { node: nodeOf('locations', 'name'), label: 'Location', names: ['site'] },
    { node: nodeOf('locations', 'users'), label: 'Users', names: ['people'] },
    { node: nodeOf('locations', 'uplink.to'), label: 'Linked to', names: [] },
    { node: nodeOf('locations', 'isIsolated'), label: 'Isolated', names: [] },
  ];
  const make = () => newRow('locations');

  test('a text for one cell is left to the browser', () => {
    expect(cellsOf('Berlin')).toBeUndefined();
    expect(cellsOf('Berlin\t5\r\n')).toEqual([['Berlin', '5']]);
  });

  test('goes rightwards and downwards from the cursor, and adds rows', () => {
    const rows = pasteCells(
      [{ name: 'Berlin', users: 1 }],
      columns,
      [['5'], ['6']],
      { row: 0, column: 1 },
      make,
    );
    expect(rows).toMatchObject([
      { name: 'Berlin', users: 5 },
      { name: '', users: 6, uplink: null },
    ]);
  });

  test('goes by headings where there are any', () => {
    const cells = [
      ['users', 'Remark', 'Location', 'Isolated'],
      ['1,200', 'big', 'Rome', 'yes'],
    ];
    expect(pasteCells([], columns, cells, { row: 0, column: 0 }, make)).toMatchObject([
      { name: 'Rome', users: 1200, isIsolated: true },
    ]);
  });
});

describe('headings', () => {
  const column = (path: string, label: string) => ({
    node: { path },
    label,
    names: columnNames[`locations.${path}`] ?? [],
  });
  const columns = [
    column('name', 'Location'),
    column('users', 'Users'),
    column('uplink.to', 'Linked to'),
    column('uplink.bandwidthMbitPerSecond', 'Link, Mbit/s'),
    column('uplink.latencyMs', 'Delay, ms'),
  ];
  const matched = (headings: string[], isLoose: boolean) =>
    matchHeadings(headings, columns, isLoose).map((found) => found?.node.path);

  test('are known by what other people call them, whatever their units', () => {
    expect(
      matched(['Site', 'Headcount', 'Uplink', 'Bandwidth (Mbit/s)', 'Latency ms', 'Comment'], false),
    ).toEqual(['name', 'users', 'uplink.to', 'uplink.bandwidthMbitPerSecond', 'uplink.latencyMs', undefined]);
    expect(matched(['LOCATION', 'users', 'Linked  to', 'Link Gbit/s', 'Délay [ms]'], false)).not.toContain(
      undefined,
    );
  });

  test('may have other words around them in a file, an exact name first', () => {
    expect(matched(['Site code', 'Site', 'Number of employees'], true)).toEqual([undefined, 'name', 'users']);
    expect(matched(['Number of employees'], false)).toEqual([undefined]);
  });

  test('are not seen where rows are pasted that only look like some', () => {
    const cells = [
      ['Hamburg office', '5'],
      ['Oslo office', '6'],
    ];
    const paste: PasteColumn[] = [
      { node: nodeOf('locations', 'name'), label: 'Location', names: ['office'] },
      { node: nodeOf('locations', 'users'), label: 'Users', names: [] },
    ];
    expect(pasteCells([], paste, cells, { row: 0, column: 0 }, () => newRow('locations'))).toHaveLength(2);
  });
});

describe('names', () => {
  const draft = {
    locations: [{ name: 'Berlin' }, { name: 'Rome', uplink: { to: 'HQ' } }],
    travellers: [{ from: 'HQ', to: ['HQ', 'Rome'] }],
    workspaces: [{ name: 'Office', population: [{ location: 'HQ', users: 1 }] }],
    placement: { server: 'HQ' },
  };

  test('are changed everywhere', () => {
    expect(renameEverywhere(draft, 'locations', 'HQ', 'Berlin')).toEqual({
      locations: [{ name: 'Berlin' }, { name: 'Rome', uplink: { to: 'Berlin' } }],
      travellers: [{ from: 'Berlin', to: ['Berlin', 'Rome'] }],
      workspaces: [{ name: 'Office', population: [{ location: 'Berlin', users: 1 }] }],
      placement: { server: 'Berlin' },
    });
  });

  test('that another row still has are left alone', () => {
    expect(renameEverywhere(draft, 'locations', 'Rome', 'Oslo')).toBe(draft);
  });

  test('of which list a field holds is known for fields that exist', () => {
    expect(listNamedBy('locations.uplink.to')).toBe('locations');
    expect(listNamedBy('workspaces.image')).toBe('images');
    expect(listNamedBy('locations.users')).toBeUndefined();
  });
});

describe('a link', () => {
  const row = { name: 'Oslo', uplink: { to: 'HQ', bandwidthMbitPerSecond: 50, latencyMs: 9 } };

  test('keeps its bandwidth while its other end is typed anew', () => {
    expect(withRowValue(row, 'uplink.to', '')).toEqual({ ...row, uplink: { ...row.uplink, to: '' } });
  });

  test('is gone once neither its end nor its bandwidth is said', () => {
    const endless = withRowValue(row, 'uplink.to', '');
    expect(withRowValue(endless, 'uplink.bandwidthMbitPerSecond', '')).toEqual({
      name: 'Oslo',
      uplink: null,
    });
  });

  test('may begin with any of its fields', () => {
    expect(withRowValue({ uplink: null }, 'uplink.latencyMs', 9)).toEqual({ uplink: { latencyMs: 9 } });
  });

  test('does not come of empty cells that are pasted', () => {
    const columns = ['name', 'uplink.to', 'uplink.bandwidthMbitPerSecond'].map((path) => ({
      node: nodeOf('locations', path),
      label: path,
      names: [],
    }));
    const rows = pasteCells([], columns, [['HQ', '', '']], { row: 0, column: 0 }, () => newRow('locations'));
    expect(rows).toMatchObject([{ name: 'HQ', uplink: null }]);
  });
});

test('findings belong to their field and to what is around it', () => {
  const finding = {
    severity: 'error',
    code: 'PLAN_FIELD_INVALID',
    path: 'locations[3].uplink.to',
    message: '',
    remedy: '',
  } as const;
  const faults = faultsOf([finding]);
  expect(faultsWithin(faults, 'locations.3.uplink.to')).toEqual([finding]);
  expect(faultsWithin(faults, 'locations.3')).toEqual([finding]);
  expect(faultsWithin(faults, 'locations.33')).toEqual([]);
});
