import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runCli } from '../testing/run-cli.ts';
import { inspectPlanFile, loadPlan } from './plan-file.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carrel-plan-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function fileOf(text: string): Promise<string> {
  const path = join(folder, 'plan.yaml');
  await writeFile(path, text);
  return path;
}

const places = async (text: string): Promise<string[]> => {
  const { findings } = await inspectPlanFile(await fileOf(text));
  return findings.map(({ line, column, path }) => `${line}:${column} ${path}`);
};

it('names line and column of each wrong field, and of the group that one is missing in', async () => {
  expect(
    await places(`name: Test
bogus: 1
locations:
  - name: Centre
    users: 10
    uplink: { to: B, bandwidthMbitPerSecond: -5 }
  - users: 4
`),
  ).toEqual(['2:1 bogus', '6:22 locations[0].uplink.bandwidthMbitPerSecond', '7:5 locations[1].name']);
});

it('names them for parts that do not fit together', async () => {
  expect(
    await places(`name: Test
locations:
  - { name: Centre, users: 10 }
images: [{ name: XP, sizeGb: 8, dataGb: 4 }]
workspaces:
  - name: Office
    image: XP
    population: [{ location: Centre, users: 5 }, { location: Center, users: 1 }]
`),
  ).toEqual(['3:21 locations[0].users', '8:52 workspaces[0].population[1].location']);
});

it.each([
  { what: 'no YAML', text: 'name: [' },
  {
    what: 'aliases without end',
    text: `a: &a [1, 1]\n${Array.from({ length: 30 }, (_, at) => `b${at}: &b${at} [*${at === 0 ? 'a' : `b${at - 1}`}, *${at === 0 ? 'a' : `b${at - 1}`}]`).join('\n')}\n`,
  },
])('refuses $what', async ({ text }) => {
  await expect(loadPlan(await fileOf(text))).rejects.toMatchObject({ code: 'FILE_INVALID' });
});

it('refuses a plan with errors, with all of them for programs', async () => {
  await expect(loadPlan(await fileOf('name: Test\nlocations: []\n'))).rejects.toMatchObject({
    code: 'PLAN_INVALID',
    details: { count: 2 },
  });
});

it('goes from a template over a table to a plan that is fit', async () => {
  const plan = join(folder, 'new.yaml');
  const table = join(folder, 'offices.csv');
  expect(await runCli(['plan', 'new', plan, '--from', 'branches', '--json'], process.env)).toMatchObject({
    exitCode: 0,
  });
  await writeFile(plan, `# mine\n${await readFile(plan, 'utf8')}`);
  await writeFile(
    table,
    'Location,Users,Connected to,Bandwidth Mbit/s,Users of Office\nBranch west,40,Data centre,50,30\nBranch south,30,,,30\n',
  );
  expect(await runCli(['plan', 'add-locations', plan, table], process.env)).toMatchObject({ exitCode: 0 });
  const checked = await runCli(['plan', 'check', plan, '--json'], process.env);
  expect(checked.exitCode).toBe(0);
  expect(JSON.parse(checked.stdout)).toMatchObject({ isValid: true });
  expect(await readFile(plan, 'utf8')).toContain('# mine\n');
  const { locations, workspaces } = await loadPlan(plan);
  expect(locations.find(({ name }) => name === 'Branch south')).toMatchObject({
    users: 30,
    uplink: { bandwidthMbitPerSecond: 20 },
  });
  expect(workspaces[0]?.population).toContainEqual(
    expect.objectContaining({ location: 'Branch west', users: 30 }),
  );
});

it('ends check of a bad plan with 2, and overwrites nothing with a template', async () => {
  const path = await fileOf('name: Test\nlocations: [{ name: A, users: 0 }]\n');
  const checked = await runCli(['plan', 'check', path], process.env);
  expect(checked.exitCode).toBe(2);
  expect(checked.stdout).toContain(`${path}:2:1: error: No location has a user.`);
  expect((await runCli(['plan', 'new', path, '--from', 'one-site'], process.env)).exitCode).toBe(2);
  expect(await readFile(path, 'utf8')).toContain('name: Test');
});
