import { describe, expect, it } from 'vitest';
import type { ClientGroup, Line, Scenario } from '../engine/scenario.ts';
import { aGroup, aLine, aScenario } from '../testing/scenarios.ts';
import type { RolloutResult } from './rollout-result.ts';
import { simulateRollout } from './simulate-rollout.ts';

function oneRun(
  lines: readonly Line[],
  groups: readonly ClientGroup[],
  more: Partial<Scenario> = {},
): Promise<RolloutResult> {
  return simulateRollout(aScenario({ lines, groups, ...more }), { seed: 1, runs: 1 });
}

/** Last client of each group, in seconds. */
async function lasts(lines: readonly Line[], groups: readonly ClientGroup[]): Promise<number[]> {
  const result = await oneRun(lines, groups);
  return result.groups.map(({ readySeconds }) => readySeconds.last.mean);
}

describe('a simulated rollout', () => {
  it('gives each of n clients on one line an n-th of it', async () => {
    // 350 clients, 4 GB each, 100 Mbit/s: 112,000 s (a test vector of the planning guide).
    const group = aGroup({ id: 'a', clients: 350, lineIds: ['line'], bytes: 4e9, bootBytes: 4e8 });
    const { all, loads } = await oneRun([aLine('line', 100)], [group]);
    expect(all.readySeconds.median.mean).toBeCloseTo(112_000, 3);
    expect(all.readySeconds.last.mean).toBeCloseTo(112_000, 3);
    expect(all.firstStartSeconds.last.mean).toBeCloseTo(11_200, 3);
    expect(loads[0]?.totalBytes).toBeCloseTo(350 * 4e9, -3);
    expect(loads[0]?.peakMbitPerSecond).toBeCloseTo(100, 6);
  });

  it('gives what one class cannot use to the other, max-min fairly', async () => {
    // 10 clients at 1 Mbit/s each and 10 without a limit on 100 Mbit/s: these get 9 each.
    const slow = { id: 'slow', lineIds: ['line', 'dsl'], bytes: 1e9 };
    const groups = [
      aGroup({ ...slow, maxBytesPerSecond: 125_000 }),
      aGroup({ id: 'wide', lineIds: ['line'], bytes: 1e9 }),
    ];
    const [slowSeconds, wideSeconds] = await lasts([aLine('line', 100), aLine('dsl', 1000)], groups);
    expect(slowSeconds).toBeCloseTo(8000, 3);
    expect(wideSeconds).toBeCloseTo(8000 / 9, 3);
  });

  it('shares a tree from its narrowest line on', async () => {
    // The centre has 90. a (10 clients) has a line of 10; b (10) of 100, c (10) of 100: b and c get 40 each.
    const lines = [aLine('centre', 90), aLine('a', 10), aLine('b', 100), aLine('c', 100)];
    const groups = ['a', 'b', 'c'].map((id) => aGroup({ id, lineIds: ['centre', id], bytes: 1e8 }));
    const seconds = await lasts(lines, groups);
    expect(seconds.map((value) => Math.round(value * 1000))).toEqual([800_000, 200_000, 200_000]);
  });

  it('leaves to one region what another cannot take below the same line', async () => {
    // The centre has 6 Mbit/s. Region a has 3 of them for 48 clients; region b with a single one gets the rest.
    const lines = [aLine('centre', 6), aLine('region a', 3), aLine('region b', 6), aLine('many', 3)];
    lines.push(aLine('one', 3), aLine('another', 3), aLine('beside', 6));
    const inA = { lineIds: ['centre', 'region a'], maxBytesPerSecond: 375_000 };
    const groups = [
      aGroup({ ...inA, id: '0', clients: 46, lineIds: [...inA.lineIds, 'many'] }),
      aGroup({ ...inA, id: '1', clients: 1, lineIds: [...inA.lineIds, 'one'] }),
      aGroup({ id: '2', clients: 1, lineIds: ['centre', 'region b', 'beside'], maxBytesPerSecond: 750_000 }),
      aGroup({ ...inA, id: '3', clients: 1, lineIds: [...inA.lineIds, 'another'] }),
    ];
    expect((await lasts(lines, groups)).map(Math.round)).toEqual([128_000, 128_000, 2667, 128_000]);
  });

  it('can make somebody wait longer when the line of others is wider, as fairness does', async () => {
    const secondsOfB = async (lineOfA: number): Promise<number> => {
      const groups = [
        aGroup({ id: 'a', clients: 1, lineIds: ['trunk', 'a'], bytes: 125_000 }),
        aGroup({ id: 'b', clients: 1, lineIds: ['trunk', 'b'], bytes: 12_500_000 }),
      ];
      const [, b] = await lasts([aLine('trunk', 10), aLine('a', lineOfA), aLine('b', 9)], groups);
      return b ?? 0;
    };
    expect(await secondsOfB(1)).toBeCloseTo(100 / 9, 6);
    expect(await secondsOfB(5)).toBeCloseTo(0.2 + 99 / 9, 6);
  });

  it('speeds the rest up when some are done', async () => {
    // 2 × 1 GB and 2 × 2 GB on 8 Mbit/s, one megabyte a second: 4000 s for the first; then 2000 s for the rest.
    const groups = [
      aGroup({ id: 'a', clients: 2, lineIds: ['line'], bytes: 1e9 }),
      aGroup({ id: 'b', clients: 2, lineIds: ['line'], bytes: 2e9 }),
    ];
    expect((await lasts([aLine('line', 8)], groups)).map(Math.round)).toEqual([4000, 6000]);
  });

  it('lets the last client take as long as the line needs for all, also with many of them', async () => {
    const lines = [aLine('centre', 1000), ...Array.from({ length: 40 }, (_, at) => aLine(`site ${at}`, 40))];
    const groups = Array.from({ length: 40 }, (_, at) =>
      aGroup({
        id: `${at}`,
        clients: 50,
        lineIds: ['centre', `site ${at}`],
        bytes: 1e9,
        staggerSeconds: 3600,
      }),
    );
    const { all } = await oneRun(lines, groups);
    const ideal = (40 * 50 * 1e9) / 125e6;
    expect(all.readySeconds.last.mean).toBeGreaterThan(ideal);
    expect(all.readySeconds.last.mean).toBeLessThan(ideal * 1.01);
  });

  it('follows working hours by the clock of the place', async () => {
    // Half of the line from 8:00 to 18:00, two hours east of Greenwich; begins on Monday at 8:00 UTC.
    const hours = { startMinute: 480, endMinute: 1080, days: [0, 1, 2, 3, 4], utcOffsetHours: 2 };
    const capacity = { workingBytesPerSecond: 5e5, offBytesPerSecond: 1e6, hours };
    const line: Line = { id: 'line', kind: 'link', name: 'line', capacity };
    const group = aGroup({ id: 'a', clients: 1, lineIds: ['line'], bytes: 15e9 + 1e6 });
    const { all } = await oneRun([line], [group], { startsAtSeconds: 8 * 3600 });
    // 8 h at 0.5 MB/s are 14.4 GB; the rest at 1 MB/s.
    expect(all.readySeconds.last.mean).toBeCloseTo(8 * 3600 + 601, 2);
  });

  it('has one copy cross the line of an office with peers', async () => {
    const peers = { bytesPerSecond: 20e6, copies: 1.03 };
    const office = aGroup({ id: 'office', clients: 200, lineIds: ['line'], bytes: 1e9, peers });
    const { all, loads } = await oneRun([aLine('line', 8)], [office]);
    expect(loads[0]?.totalBytes).toBeCloseTo(1.03e9, -3);
    expect(all.readySeconds.last.mean).toBeCloseTo(1030, 3);
  });

  it('lets somebody who comes late take everything from peers', async () => {
    const peers = { bytesPerSecond: 20e6, copies: 1 };
    const base = { lineIds: ['line'], bytes: 1e9, clients: 20, peers };
    const { all } = await oneRun([aLine('line', 800)], [aGroup({ ...base, id: 'a', staggerSeconds: 1e6 })]);
    expect(all.firstStartSeconds.median.mean).toBeCloseTo(5, 6);
  });

  it('lets clients wait for a server that answers one after the other', async () => {
    const groups = ['a', 'b'].map((id) => aGroup({ id, clients: 50, bytes: 0, bootBytes: 0, serverId: 's' }));
    const { all, groups: results } = await oneRun([], groups, { servers: [{ id: 's', serviceSeconds: 2 }] });
    expect(all.readySeconds.last.mean).toBeCloseTo(200, 6);
    // Nobody is preferred: both places are through at about the same time.
    expect(results.map(({ readySeconds }) => readySeconds.last.mean)).toEqual([198, 200]);
  });

  it('counts those who never get anything', async () => {
    const { all, groups } = await oneRun(
      [aLine('dead', 0)],
      [aGroup({ id: 'a', clients: 7, lineIds: ['dead'], serviceLevelSeconds: 3600 })],
    );
    expect(all.neverReady).toBe(7);
    expect(all.readySeconds.median.mean).toBe(Infinity);
    expect(groups[0]).toMatchObject({ isMet: false, shareInTime: { mean: 0 } });
  });

  it('puts every traveller somewhere', async () => {
    const groups = ['a', 'b'].map((id) => aGroup({ id, clients: 0, lineIds: ['line'] }));
    const travellers = [{ id: 't', clients: 100, groupIds: ['a', 'b'] }];
    const result = await simulateRollout(aScenario({ lines: [aLine('line', 10)], groups, travellers }), {
      seed: 3,
      runs: 4,
    });
    expect(result.clients).toBe(100);
    expect(result.groups.reduce((sum, { clients }) => sum + clients, 0)).toBeCloseTo(100, 9);
    for (const { clients } of result.groups) expect(Math.abs(clients - 50)).toBeLessThan(20);
  });

  it('gives bands that runs with other chances stay in, and none for what chance does not touch', async () => {
    const group = aGroup({ id: 'a', lineIds: ['line'], staggerSeconds: 3600, retryShare: 0.1 });
    const scenario = aScenario({ lines: [aLine('line', 100)], groups: [group] });
    const { all } = await simulateRollout(scenario, { seed: 1, runs: 8 });
    const { mean, low, high } = all.readySeconds.median;
    expect(low).toBeLessThan(mean);
    expect(high).toBeGreaterThan(mean);
    const fixed = aScenario({
      lines: [aLine('line', 100)],
      groups: [{ ...group, staggerSeconds: 0, retryShare: 0 }],
    });
    const { all: same } = await simulateRollout(fixed, { seed: 1, runs: 8 });
    expect(same.readySeconds.median.high).toBe(same.readySeconds.median.low);
  });

  it('ends when it is told to', async () => {
    const aborting = new AbortController();
    const scenario = aScenario({
      lines: [aLine('line', 1)],
      groups: [aGroup({ id: 'a', lineIds: ['line'] })],
    });
    aborting.abort();
    await expect(simulateRollout(scenario, { seed: 1, signal: aborting.signal })).rejects.toThrow('abort');
  });
});
