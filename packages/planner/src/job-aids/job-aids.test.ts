import fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { type Design, makeDesign } from '../decisions/index.ts';
import { billOfMaterials } from '../document/index.ts';
import { parsePlan } from '../plan-file/index.ts';
import { writeSheets } from '../sheets/index.ts';
import { jobAidA1, jobAidA2 } from './index.ts';

function designOf(office: string): Design {
  const { plan, findings } = parsePlan({
    name: 'Two',
    locations: [
      { name: 'Centre', users: 10, hasLibrary: true },
      { name: office, users: 350, uplink: { to: 'Centre', bandwidthMbitPerSecond: 100 } },
    ],
    travellers: [{ from: 'Centre', to: [office], users: 5 }],
    images: [{ name: 'desktop', sizeGb: 40, dataGb: 12, packedGb: 4 }],
    workspaces: [
      {
        name: 'Desk',
        image: 'desktop',
        offlineLimitHours: 72,
        population: [
          { location: 'Centre', users: 10 },
          { location: office, users: 350 },
        ],
      },
    ],
  });
  if (!plan) throw new Error(JSON.stringify(findings));
  return makeDesign(plan);
}

describe('job aid A-1', () => {
  it('has the columns of the planning guide, and a row for each location', () => {
    const sheet = jobAidA1(designOf('Office'));
    expect(sheet.columns).toEqual([
      'Location name',
      'Available bandwidth',
      'Number of users',
      'Maximum number of users',
      'VM names used in location',
      'Location of users permitted to work offline',
      'Existing library location',
      'Acceptable initial load time',
      'Acceptable deploy time for updates',
      'Acceptable response time for reports',
      'Image distribution techniques',
      'Local repository required (Y/N)',
      'Number of additional repositories and reason',
      'VM names in repository',
      'Clients that load workspaces with images from the repository',
      'Design of repository',
      'Location of repository',
      'Disk space required',
      'Design and placement of web servers',
    ]);
    const rows = sheet.rows.map((cells) => new Map(sheet.columns.map((column, at) => [column, cells[at]])));
    expect(rows.map((row) => row.get('Location name'))).toEqual(['Centre', 'Office']);
    expect(rows[1]).toEqual(
      new Map<string, unknown>([
        ...(rows[1] ?? []),
        ['Available bandwidth', '100 Mbit/s'],
        ['Number of users', 350],
        ['Maximum number of users', 355],
        ['VM names used in location', 'desktop'],
        ['Location of users permitted to work offline', 'here: Desk for 72 h'],
        ['Acceptable initial load time', 'Desk 24 h'],
      ]),
    );
    expect(rows[0]?.get('Existing library location')).toBe('here');
  });
});

describe('job aid A-2', () => {
  it('has the columns of the planning guide, and a row for each instance', () => {
    const sheet = jobAidA2(designOf('Office'));
    expect(sheet.columns).toEqual([
      'Instance name',
      'Reason for the instance',
      'Server form factor and location',
      'Backup server form factor',
      'Database location',
      'Database size',
      'Log shipping',
      'Number of consoles',
      'Location of consoles',
      'Console form factor',
    ]);
    expect(sheet.rows).toHaveLength(1);
    expect(sheet.rows[0]?.every((cell) => cell !== null && cell !== '')).toBe(true);
  });
});

describe('tables of a design', () => {
  it('add up to its cost', () => {
    const design = designOf('Office');
    const total = billOfMaterials(design).rows.reduce((sum, row) => sum + Number(row[4]), 0);
    expect(total).toBeCloseTo(design.cost.total, 6);
  });

  it('run no formula in a spreadsheet, whatever things are called', async () => {
    const hostile = fc
      .tuple(fc.constantFrom('=', '+', '-', '@', '"', "'", ',', ';', '|'), fc.string({ maxLength: 20 }))
      .map(([first, rest]) => `${first}${rest}`.replace(/\p{Cc}/gu, ' ').trim())
      .filter((called) => called !== 'Centre');
    await fc.assert(
      fc.asyncProperty(hostile, async (called) => {
        const design = designOf(called);
        for (const sheet of [jobAidA1(design), jobAidA2(design), billOfMaterials(design)]) {
          const text = new TextDecoder().decode(await writeSheets([sheet], 'csv'));
          const { data } = Papa.parse<string[]>(text, { skipEmptyLines: true });
          expect(data.map(({ length }) => length)).toEqual(data.map(() => sheet.columns.length));
          expect(data.flat().filter((cell) => /^[=+@-]/u.test(cell))).toEqual([]);
        }
      }),
      { numRuns: 30 },
    );
  });
});
