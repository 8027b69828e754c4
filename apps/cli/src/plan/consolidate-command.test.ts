import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSheets, type Sheet, writeSheets } from '@carrel/planner';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { runCli } from '../testing/run-cli.ts';

const example = join(import.meta.dirname, '../../../../examples/consolidation');
const inputs = [
  join(example, 'servers.csv'),
  join(example, 'applications.csv'),
  '--samples',
  join(example, 'samples.csv'),
  '--settings',
  join(example, 'settings.yaml'),
];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carrel-consolidate-'));
});
afterAll(() => rm(folder, { recursive: true }));

function consolidate(...args: string[]) {
  return runCli(['plan', 'consolidate', ...args], { ...process.env, HOME: folder });
}

const assessmentSchema = z.object({
  totals: z.record(z.string(), z.number()),
  candidacies: z.array(z.object({ server: z.string(), outcome: z.string(), step: z.string().optional() })),
  findings: z.array(z.object({ code: z.string() })),
});

describe('carrel plan consolidate', () => {
  it('has help with examples', async () => {
    const outcome = await consolidate('--help');
    expect(outcome).toMatchObject({ exitCode: 0, stderr: '' });
    expect(outcome.stdout).toMatch(/Examples:\n +carrel plan consolidate /);
  });

  it('assesses the example: one host fewer than the book, which cannot be beaten', async () => {
    const path = join(folder, 'report.xlsx');
    const outcome = await consolidate(...inputs, '--json', '-o', path);
    expect(outcome).toMatchObject({ exitCode: 0, stderr: '' });
    const { totals, candidacies, findings } = assessmentSchema.parse(JSON.parse(outcome.stdout));
    expect(totals).toMatchObject({ servers: 33, candidates: 30, hosts: 3, bookHosts: 4, leastHosts: 3 });
    expect(candidacies.filter(({ outcome: each }) => each === 'excluded')).toMatchObject([
      { server: 'BER-CRUNCH1', step: 'performance' },
      { server: 'OSL-FAX1', step: 'hardware' },
      { server: 'OSL-VOICE1', step: 'application' },
    ]);
    expect(findings.map(({ code }) => code)).toEqual(['SAMPLES_FEW']);
    const sheets = await readSheets(await readFile(path), 'xlsx');
    expect(sheets.map(({ name }) => name)).toEqual([
      'Summary',
      'Candidates',
      'Locations',
      'Hosts',
      'Placement',
      'Without a host',
      'Savings',
      'Notes',
      'Findings',
    ]);
  });

  it('prints hosts, and writes the report in one step as Markdown', async () => {
    const path = join(folder, 'report.md');
    const outcome = await consolidate(...inputs, '-o', path);
    expect(outcome.stdout).toContain('30 are placed on 3 hosts and 2 spares.');
    expect(await readFile(path, 'utf8')).toContain('\n| OSL-SQL1 | Oslo 1 | Oslo |');
    expect(await readdir(folder)).not.toContain('report.md.new');
  });

  it('reads an export of RVTools', async () => {
    const path = join(folder, 'RVTools.xlsx');
    const tabs: Sheet[] = [
      {
        name: 'vInfo',
        columns: ['VM', 'Powerstate', 'CPUs', 'Memory', 'Datacenter', 'Host'],
        rows: [['web', 'poweredOn', 2, 4096, 'Oslo', 'esx1']],
      },
      { name: 'vCPU', columns: ['VM', 'Overall'], rows: [['web', 300]] },
      { name: 'vHost', columns: ['Host', 'Speed'], rows: [['esx1', 2400]] },
    ];
    await writeFile(path, await writeSheets(tabs, 'xlsx'));
    const csv = join(folder, 'placement.csv');
    const outcome = await consolidate(path, '--host', 'small', '-o', csv);
    expect(outcome.exitCode).toBe(0);
    const [placement] = await readSheets(await readFile(csv), 'csv');
    expect(placement?.rows[0]?.slice(0, 3)).toEqual(['web', 'Oslo 1', 'Oslo']);
    expect(outcome.stdout).toContain('1 of 1 servers are candidates');
    expect(outcome.stderr).toContain('The export has no tab vMemory.');
  });

  it('lists every error of the tables at once, and changes nothing', async () => {
    const path = join(folder, 'wrong.csv');
    await writeFile(path, 'Name,Cores,Speed MHz,Memory GB\nA,many,2400,16\nB,2,2400,\n');
    const output = join(folder, 'none.xlsx');
    const outcome = await consolidate(path, '-o', output);
    expect(outcome.exitCode).toBe(2);
    expect(outcome.stderr).toContain('wrong: Cores, row 2');
    expect(outcome.stderr).toContain('wrong: Memory GB, row 3');
    expect((await readdir(folder)).includes('none.xlsx')).toBe(false);
  });

  it.each([
    ['a file that is not there', 'FILE_INVALID', ['missing.csv']],
    [
      'settings that are none',
      'FILE_INVALID',
      [...inputs.slice(0, 1), '--settings', join(example, 'servers.csv')],
    ],
    ['an unknown kind of report', 'USAGE', [...inputs, '-o', 'report.doc']],
  ])('refuses %s', async (_name, code, args) => {
    const outcome = await consolidate(...args, '--json');
    expect(outcome.exitCode).toBe(2);
    expect(outcome.stdout + outcome.stderr).toContain(code);
  });
});
