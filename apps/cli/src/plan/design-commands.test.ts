import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workspaceFileSchema } from '@carrel/contract';
import { readSheets } from '@carrel/planner';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { type CliOutcome, runCli } from '../testing/run-cli.ts';

let folder = '';
let file = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carrel-design-'));
  file = join(folder, 'plan.yaml');
  await writeFile(
    file,
    `# the office at the end of a thin line
name: Two
locations:
  - { name: Centre, users: 10 }
  - name: Office
    users: 60
    uplink: { to: Centre, bandwidthMbitPerSecond: 20, monthlyCost: 300 }
images:
  - { name: desktop, sizeGb: 40, dataGb: 15, packedGb: 5 }
workspaces:
  - name: Desk
    image: desktop
    population:
      - { location: Centre, users: 10 }
      - { location: Office, users: 60 }
`,
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function plan(...args: readonly string[]): Promise<CliOutcome> {
  return runCli(['plan', ...args], { ...process.env, COLUMNS: '200' });
}

describe('carrel plan report', () => {
  it('writes the document and the tables in the format of the file', async () => {
    for (const name of ['design.md', 'design.pdf', 'a.xlsx']) {
      const { exitCode, stderr } = await plan('report', file, '-o', join(folder, name));
      expect(exitCode, stderr).toBe(0);
    }
    expect((await readFile(join(folder, 'design.pdf'))).subarray(0, 5).toString()).toBe('%PDF-');
    const markdown = await readFile(join(folder, 'design.md'), 'utf8');
    const pictures = [...markdown.matchAll(/\]\(<design\/([a-z-]+\.svg)>\)/gu)].map(([, name]) => name);
    expect((await readdir(join(folder, 'design'))).toSorted()).toEqual(pictures.toSorted());
    const sheets = await readSheets(await readFile(join(folder, 'a.xlsx')), 'xlsx');
    expect(sheets.map(({ columns }) => columns.length)).toEqual([19, 10, 5]);
  });

  it('says which endings there are', async () => {
    const { exitCode, stderr } = await plan('report', file, '-o', join(folder, 'design.docx'));
    expect(exitCode).toBe(2);
    expect(stderr).toContain('.html, .md, .pdf, .xlsx, .csv, .json');
  });
});

describe('carrel plan what-if, compare and optimize', () => {
  it('agree on what a change does', async () => {
    const edit = 'locations[Office].hasOfficePeers=true';
    const what = await plan('what-if', file, '--set', edit, '--json');
    expect(what.exitCode, what.stderr).toBe(0);
    const text = await readFile(file, 'utf8');
    const other = join(folder, 'other.yaml');
    await writeFile(other, text.replace('    users: 60\n', '    users: 60\n    hasOfficePeers: true\n'));
    const compared = await plan('compare', file, other, '--json');
    expect(JSON.parse(compared.stdout)).toEqual(JSON.parse(what.stdout));
    const { inputs } = z.object({ inputs: z.unknown() }).parse(JSON.parse(what.stdout));
    expect(inputs).toEqual([{ path: 'locations[Office].hasOfficePeers', values: [false, true] }]);
  });

  it('write a plan that costs what was found, comments kept', async () => {
    const better = join(folder, 'better.yaml');
    const found = await plan('optimize', file, '-o', better, '--json');
    expect(found.exitCode, found.stderr).toBe(0);
    const costs = z.object({ design: z.object({ cost: z.object({ total: z.number() }) }) });
    const { total } = costs.parse(JSON.parse(found.stdout)).design.cost;
    expect(await readFile(better, 'utf8')).toContain('# the office at the end of a thin line');
    const report = await plan('report', better, '--json');
    expect(
      z.object({ cost: z.object({ total: z.number() }) }).parse(JSON.parse(report.stdout)).cost.total,
    ).toBe(total);
  });

  it('refuse an edit of what is not there', async () => {
    const { exitCode, stderr } = await plan('what-if', file, '--set', 'locations[Nowhere].users=1');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('PLAN_INVALID');
  });
});

describe('carrel plan deploy', () => {
  it('writes workspaces that workspace apply takes, and does not write over a folder', async () => {
    const target = join(folder, 'deployment');
    const first = await plan('deploy', file, '-o', target, '--json');
    expect(first.exitCode, first.stderr).toBe(0);
    const bundle: unknown = parse(await readFile(join(target, 'main', 'workspaces.yaml'), 'utf8'));
    const { workspaces } = z.object({ workspaces: z.array(workspaceFileSchema) }).parse(bundle);
    expect(workspaces.map(({ name }) => name)).toEqual(['Desk']);
    expect(await readFile(join(target, 'main', 'CHECKLIST.md'), 'utf8')).toContain('carrel workspace apply');
    expect((await plan('deploy', file, '-o', target)).exitCode).toBe(2);
  });
});

describe('carrel plan settle', () => {
  it('writes down the repository that what-if tells of', async () => {
    const thin = join(folder, 'thin.yaml');
    const text = (await readFile(file, 'utf8'))
      .replace('users: 10 }', 'users: 10, lanMbitPerSecond: 300 }')
      .replace('image: desktop', 'image: desktop\n    serviceLevels: { initialLoadHours: 5 }')
      .replace('image: desktop', 'image: desktop\n    distribution: network');
    await writeFile(thin, `${text}placement: { server: Centre }\n`);
    const wider = ['--set', 'locations[Office].uplink.bandwidthMbitPerSecond=10000', '--json'];
    const told = await plan('what-if', thin, ...wider);
    expect(JSON.parse(told.stdout)).toMatchObject({
      dropped: [expect.stringContaining('set hasRepository of Office')],
    });
    const settled = join(folder, 'settled.yaml');
    const written = await plan('settle', thin, '-o', settled, '--json');
    expect(written.exitCode, written.stderr).toBe(0);
    expect(JSON.parse(written.stdout)).toEqual({
      edits: ['locations[Office].hasRepository=true'],
    });
    expect(await readFile(settled, 'utf8')).toContain('# the office at the end of a thin line');
    expect(JSON.parse((await plan('settle', settled, '--json')).stdout)).toEqual({ edits: [] });
  });
});
