import { describe, expect, it } from 'vitest';
import type { PlanInput } from '../../plan-file/index.ts';
import { simulateRollout } from '../rollout/simulate-rollout.ts';
import { designOf } from '../testing/small-design.ts';
import { rolloutScenario } from './rollout-scenario.ts';

const always = { workingHoursShare: 1, offHoursShare: 1, retryShare: 0 };
const uplink = { to: 'Centre', bandwidthMbitPerSecond: 100, latencyMs: 0, otherTrafficShare: 0 };
const small: PlanInput = {
  name: 'small',
  locations: [
    { name: 'Centre', users: 0 },
    { name: 'Branch', users: 350, uplink, mayHostRepository: false },
  ],
  images: [{ name: 'Windows', sizeGb: 40, dataGb: 12, packedGb: 4, bootGb: 0.4 }],
  workspaces: [
    {
      name: 'Desk',
      image: 'Windows',
      distribution: 'network',
      population: [{ location: 'Branch', users: 350 }],
      serviceLevels: { initialLoadHours: 48 },
    },
  ],
  placement: { server: 'Centre' },
  delivery: always,
  limits: { headerShare: 0 },
};

describe('the rollout of a design', () => {
  it('takes as long as the design says, where that is exact', async () => {
    const design = designOf(small);
    const result = await simulateRollout(rolloutScenario(design, { kind: 'initial' }), { seed: 1, runs: 1 });
    const [group] = result.groups;
    // 350 × 4 GB over 100 Mbit/s, after the contacts with the server.
    expect(group?.readySeconds.last.mean).toBeGreaterThan(112_000);
    expect(group?.readySeconds.last.mean).toBeLessThan(112_000 + 350 / 207 + 1);
    expect(design.distribution[0]?.initialLoadSeconds).toBeCloseTo(112_000, 3);
    expect(group).toMatchObject({ location: 'Branch', clients: 350, isMet: true });
    expect(result.loads.find(({ kind }) => kind === 'link')?.name).toBe('Branch');
  });

  it('reads a tenth of the image first where a start needs a tenth', async () => {
    const scenario = rolloutScenario(designOf(small), { kind: 'initial' });
    const { all } = await simulateRollout(scenario, { seed: 1, runs: 1 });
    expect(all.firstStartSeconds.last.mean / all.readySeconds.last.mean).toBeCloseTo(0.1, 4);
  });

  it('loads the changes alone in an update', async () => {
    const update = { everyDays: 30, changedGb: 0.4 };
    const images = small.images?.map((image) => ({ ...image, update })) ?? [];
    const scenario = rolloutScenario(designOf({ ...small, images }), { kind: 'update' });
    const { all } = await simulateRollout(scenario, { seed: 1, runs: 1 });
    expect(all.readySeconds.last.mean).toBeCloseTo(11_200, -1);
  });

  it('has headers of protocols on the lines, as the design counts with them', async () => {
    const design = designOf({ ...small, limits: { headerShare: 0.2 } });
    const scenario = rolloutScenario(design, { kind: 'initial' });
    const { all, loads } = await simulateRollout(scenario, { seed: 1, runs: 1 });
    expect(loads.find(({ kind }) => kind === 'link')?.totalBytes).toBeCloseTo((350 * 4e9) / 0.8, -3);
    expect(design.distribution[0]?.initialLoadSeconds).toBeCloseTo(112_000 / 0.8, 3);
    expect(all.readySeconds.last.mean / (112_000 / 0.8)).toBeCloseTo(1, 3);
  });

  it('needs no line for what is staged before', async () => {
    const workspaces = small.workspaces?.map((one) => ({ ...one, distribution: 'pre-stage' as const })) ?? [];
    const scenario = rolloutScenario(designOf({ ...small, workspaces }), { kind: 'initial' });
    const { all, loads } = await simulateRollout(scenario, { seed: 1, runs: 1 });
    expect(loads).toEqual([]);
    expect(all.readySeconds.last.mean).toBeLessThan(10);
  });

  it('takes one copy over the line of an office with peers', async () => {
    const locations = small.locations?.map((one) => ({ ...one, hasOfficePeers: true })) ?? [];
    const scenario = rolloutScenario(designOf({ ...small, locations }), { kind: 'initial' });
    const { loads } = await simulateRollout(scenario, { seed: 1, runs: 1 });
    expect(loads.find(({ kind }) => kind === 'link')?.totalBytes).toBeCloseTo(4e9 * 1.03, -4);
  });

  it('has travellers in one place only', async () => {
    const locations = [...(small.locations ?? []), { name: 'Shop', users: 0, uplink }];
    const travellers = [{ from: 'Branch', to: ['Shop'], users: 100 }];
    const scenario = rolloutScenario(designOf({ ...small, locations, travellers }), { kind: 'initial' });
    const result = await simulateRollout(scenario, { seed: 1, runs: 3 });
    expect(result.clients).toBe(350);
    const shop = result.groups.find(({ location }) => location === 'Shop');
    expect(shop?.clients).toBeGreaterThan(25);
    expect(shop?.clients).toBeLessThan(75);
  });

  it('takes the workspaces that are named', () => {
    const options = { kind: 'initial' as const, workspaces: ['Other'] };
    expect(rolloutScenario(designOf(small), options).groups).toEqual([]);
  });
});
