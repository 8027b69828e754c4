import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { runCli } from '../testing/run-cli.ts';

let folder = '';
let file = '';
const env = { ...process.env, COLUMNS: '200' };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carrel-simulate-'));
  file = join(folder, 'plan.json');
  const uplink = { to: 'Centre', bandwidthMbitPerSecond: 100, latencyMs: 0, otherTrafficShare: 0 };
  const plan = {
    name: 'small',
    locations: [
      { name: 'Centre', users: 0 },
      { name: 'Branch', users: 350, uplink, mayHostRepository: false },
    ],
    images: [{ name: 'Windows', sizeGb: 40, dataGb: 12, packedGb: 4 }],
    workspaces: [
      {
        name: 'Desk',
        image: 'Windows',
        offlineLimitHours: 0,
        distribution: 'network',
        population: [{ location: 'Branch', users: 350 }],
        serviceLevels: { initialLoadHours: 48 },
      },
    ],
    placement: { server: 'Centre' },
    delivery: { workingHoursShare: 1, offHoursShare: 1, retryShare: 0 },
  };
  await writeFile(file, JSON.stringify(plan));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('carrel plan simulate', () => {
  it('tells how long a rollout takes at each location', async () => {
    const { exitCode, stdout, stderr } = await runCli(['plan', 'simulate', file, '--runs', '1'], env);
    expect(exitCode, stderr).toBe(0);
    // 350 × 4 GB over 100 Mbit/s take 112,000 s, with headers of 5.4 % of the line 118,393 s.
    expect(stdout).toMatch(/Branch +Desk +350 .*32 h 53 min +32 h 53 min +32 h 53 min +100\.0 % +2 d +met/);
    expect(stdout).toContain('Every service level is met.');
    expect(stdout).toMatch(/Branch +link/);
  });

  it('tells who stops working in an outage, as JSON', async () => {
    const args = ['--outage', 'server', '--at', 'tuesday 09:00', '--hours', '6', '--json'];
    const { exitCode, stdout, stderr } = await runCli(['plan', 'simulate', file, ...args], env);
    expect(exitCode, stderr).toBe(0);
    const schema = z.object({ stopped: z.int(), startsAtSeconds: z.int(), lostHours: z.number() });
    const result = schema.parse(JSON.parse(stdout));
    expect(result).toMatchObject({ stopped: 350, startsAtSeconds: 33 * 3600 });
    expect(result.lostHours).toBeGreaterThan(350 * 5.5);
  });

  it('refuses a time that is none, and a workspace that the plan does not have', async () => {
    const wrongTime = await runCli(['plan', 'simulate', file, '--at', 'someday'], env);
    expect(wrongTime).toMatchObject({ exitCode: 2 });
    expect(wrongTime.stderr).toContain('tuesday 09:00');
    const wrongName = await runCli(['plan', 'simulate', file, '--workspace', 'Other'], env);
    expect(wrongName).toMatchObject({ exitCode: 3 });
  });
});
