import { expect, it } from 'vitest';
import { readSheets, type Sheet } from '../sheets/index.ts';
import { importLocations } from './import-locations.ts';
import { parsePlan } from './parse-plan.ts';
import { planTemplates } from './templates.ts';

async function sheetOf(csv: string): Promise<Sheet> {
  const [sheet] = await readSheets(new TextEncoder().encode(csv), 'csv');
  if (!sheet) throw new Error('no sheet');
  return sheet;
}

it('takes locations, links and populations from a table, and only what it has', async () => {
  const imported = importLocations(
    await sheetOf(
      'Location,USERS,Connected to,Bandwidth  Mbit/s,Library,Repository,Users of Payroll\nCentre,100,,,yes,,\n,,,,,,\nBranch,40,Centre,12.5,no,yes,4\n',
    ),
  );
  expect(imported).toEqual({
    locations: [
      { name: 'Centre', users: 100, hasLibrary: true },
      {
        name: 'Branch',
        users: 40,
        hasLibrary: false,
        hasRepository: true,
        uplink: { to: 'Centre', bandwidthMbitPerSecond: 12.5 },
      },
    ],
    populations: [{ workspace: 'Payroll', location: 'Branch', users: 4 }],
    findings: [],
  });
});

it('tells every cell that is wrong, by row and column', async () => {
  const { locations, findings } = importLocations(
    await sheetOf(
      'Location,Users,Connected to,Bandwidth Mbit/s,Library,Colour\nA,many,,,,\nB,-3,Centre,-1,perhaps,red\n,5,,,,\nC,7,,,,\n',
    ),
  );
  expect(locations).toEqual([{ name: 'C', users: 7 }]);
  expect(new Set(findings.map(({ path }) => path))).toEqual(
    new Set([
      'column Colour',
      'row 2, column Users',
      'row 3, column Users',
      'row 3, column Bandwidth Mbit/s',
      'row 3, column Library',
      'row 4, column Location',
    ]),
  );
});

it('says that a table without names holds no locations', async () => {
  const { findings } = importLocations(await sheetOf('Users\n5\n'));
  expect(findings.map(({ path }) => path)).toContain('column Location');
});

it.each(Object.entries(planTemplates))('has a template %s that is a plan', (_name, template) => {
  expect(parsePlan(template).findings).toBeUndefined();
});
