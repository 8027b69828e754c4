import { expect, it } from 'vitest';
import { aGroup, aLine, aScenario } from '../testing/scenarios.ts';
import { simulateRollout } from './simulate-rollout.ts';

it('fills a line again when those leave whom another line held back', async () => {
  const lines = [
    aLine('first', 100, { kind: 'repository' }),
    aLine('second', 100, { kind: 'repository' }),
    aLine('office', 50),
  ];
  const many = { clients: 92, bytes: 518e6, maxBytesPerSecond: 12.5e6 };
  const few = { clients: 47, bytes: 11e6, maxBytesPerSecond: 125e6 };
  const groups = [
    aGroup({ id: 'beside first', lineIds: ['first'], ...many }),
    aGroup({ id: 'office from first', lineIds: ['first', 'office'], ...few }),
    aGroup({ id: 'office from second', lineIds: ['second', 'office'], ...few }),
  ];
  const result = await simulateRollout(aScenario({ lines, groups }), { seed: 1, runs: 1 });
  const last = Math.max(...result.groups.map(({ readySeconds }) => readySeconds.last.mean));
  expect(last).toBeCloseTo((92 * 518e6 + 47 * 11e6) / 12.5e6, 0);
});
