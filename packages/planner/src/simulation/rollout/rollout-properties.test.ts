import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawStreams } from '../engine/draw-streams.ts';
import { RolloutRun } from '../engine/rollout-run.ts';
import type { ClientGroup, Scenario } from '../engine/scenario.ts';
import { aGroup, aLine, aScenario } from '../testing/scenarios.ts';
import { simulateRollout } from './simulate-rollout.ts';

const rate = fc.integer({ min: 1, max: 200 });
const runs = { numRuns: 60 };

interface Site {
  readonly mbitPerSecond: number;
  readonly region: number;
  readonly clients: number;
  readonly gigabytes: number;
  readonly limitMbit: number;
  readonly staggerHours: number;
  readonly hasPeers: boolean;
}

const site: fc.Arbitrary<Site> = fc.record({
  mbitPerSecond: rate,
  region: fc.integer({ min: 0, max: 2 }),
  clients: fc.integer({ min: 1, max: 60 }),
  gigabytes: fc.integer({ min: 1, max: 8 }),
  limitMbit: rate,
  staggerHours: fc.integer({ min: 0, max: 4 }),
  hasPeers: fc.boolean(),
});

const scenarios: fc.Arbitrary<Scenario> = fc
  .record({
    centre: rate,
    regions: fc.tuple(rate, rate, rate),
    sites: fc.array(site, { minLength: 1, maxLength: 8 }),
  })
  .map(({ centre, regions, sites }) => {
    const lines = [
      aLine('centre', centre, { kind: 'repository' }),
      ...regions.map((mbit, at) => aLine(`region ${at}`, mbit)),
      ...sites.map(({ mbitPerSecond }, at) => aLine(`site ${at}`, mbitPerSecond)),
    ];
    return aScenario({ lines, groups: sites.map(groupOf) });
  });

function groupOf(of: Site, at: number): ClientGroup {
  return aGroup({
    id: `site ${at}`,
    clients: of.clients,
    lineIds: ['centre', `region ${of.region}`, `site ${at}`],
    bytes: of.gigabytes * 1e9,
    bootBytes: of.gigabytes * 1e8,
    maxBytesPerSecond: of.limitMbit * 125_000,
    staggerSeconds: of.staggerHours * 3600,
    peers: of.hasPeers ? { bytesPerSecond: 20e6, copies: 1.03 } : null,
  });
}

function bytesOf({ clients, bytes, peers }: ClientGroup): number {
  return peers ? bytes * peers.copies : clients * bytes;
}

/** Every client’s time, by group. */
function timesIn(scenario: Scenario): Map<string, Float64Array> {
  const drawn = drawStreams(scenario, 'any');
  const run = new RolloutRun(scenario, drawn);
  while (run.advance(10_000));
  const { outcomes } = run.network.streams;
  return new Map(drawn.map(({ group }, stream) => [group.id, outcomes.readyTimes(stream)]));
}

describe('any rollout', () => {
  it('carries every byte once over every line on its way', async () => {
    await fc.assert(
      fc.asyncProperty(scenarios, async (scenario) => {
        const { loads } = await simulateRollout(scenario, { seed: 1, runs: 1 });
        for (const { name, totalBytes } of loads) {
          const behind = scenario.groups.filter(({ lineIds }) => lineIds.includes(name));
          const wanted = behind.reduce((sum, group) => sum + bytesOf(group), 0);
          expect(Math.abs(totalBytes / wanted - 1)).toBeLessThan(1e-6);
        }
      }),
      runs,
    );
  });

  it('has no line above its capacity', async () => {
    await fc.assert(
      fc.asyncProperty(scenarios, async (scenario) => {
        const { loads } = await simulateRollout(scenario, { seed: 1, runs: 1 });
        for (const { name, peakMbitPerSecond, mbitPerSecond } of loads) {
          const line = scenario.lines.find((one) => one.id === name);
          const most = (line?.capacity.offBytesPerSecond ?? 0) / 125_000;
          expect(Math.max(peakMbitPerSecond, ...mbitPerSecond)).toBeLessThanOrEqual(most * (1 + 1e-6));
        }
      }),
      runs,
    );
  });

  it('does not depend on the order of rows', async () => {
    const shuffled = scenarios.chain((scenario) =>
      fc.record({
        scenario: fc.constant(scenario),
        lines: fc.shuffledSubarray([...scenario.lines], { minLength: scenario.lines.length }),
        groups: fc.shuffledSubarray([...scenario.groups], { minLength: scenario.groups.length }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(shuffled, async ({ scenario, lines, groups }) => {
        const options = { seed: 7, runs: 2 };
        expect(await simulateRollout({ ...scenario, lines, groups }, options)).toEqual(
          await simulateRollout(scenario, options),
        );
      }),
      { numRuns: 25 },
    );
  });

  it('makes nobody wait longer when the line that all share is wider', () => {
    const sharing = fc.record({
      narrow: rate,
      more: rate,
      sites: fc.array(site, { minLength: 1, maxLength: 5 }),
    });
    fc.assert(
      fc.property(sharing, ({ narrow, more, sites }) => {
        const groups = sites.map((of, at) => ({ ...groupOf(of, at), lineIds: ['line'] }));
        const before = timesIn(aScenario({ lines: [aLine('line', narrow)], groups }));
        const after = timesIn(aScenario({ lines: [aLine('line', narrow + more)], groups }));
        for (const [id, times] of before) {
          const wider = after.get(id);
          for (const [at, time] of times.entries()) {
            expect(wider?.[at] ?? Infinity).toBeLessThanOrEqual(time * (1 + tolerance));
          }
        }
      }),
      runs,
    );
  });

  it('makes everybody faster by the same factor when everything is', () => {
    fc.assert(
      fc.property(scenarios, fc.integer({ min: 2, max: 9 }), (scenario, factor) => {
        const groups = scenario.groups.map((group) => ({ ...group, staggerSeconds: 0, peers: null }));
        const before = timesIn({ ...scenario, groups });
        const after = timesIn({
          ...scenario,
          lines: scenario.lines.map((line) => {
            const { offBytesPerSecond } = line.capacity;
            const faster = offBytesPerSecond * factor;
            return {
              ...line,
              capacity: { ...line.capacity, workingBytesPerSecond: faster, offBytesPerSecond: faster },
            };
          }),
          groups: groups.map((group) => ({ ...group, maxBytesPerSecond: group.maxBytesPerSecond * factor })),
        });
        for (const [id, times] of before) {
          for (const [at, time] of times.entries()) {
            expect(((after.get(id)?.[at] ?? 0) * factor) / time).toBeCloseTo(1, 6);
          }
        }
      }),
      runs,
    );
  });
});

/** Lines are shared out anew when 0.4 % of their clients have changed; it is 0 with fewer than 250. */
const tolerance = 1e-6;
