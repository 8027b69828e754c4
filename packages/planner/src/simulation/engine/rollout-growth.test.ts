import { expect, it } from 'vitest';
import { aGroup, aLine, aScenario } from '../testing/scenarios.ts';
import { drawStreams } from './draw-streams.ts';
import { RolloutRun } from './rollout-run.ts';
import type { Scenario } from './scenario.ts';

const sitesOfRegion = 10;
const clientsOfSite = 20;

/** Regions too narrow for their sites, below a repository too narrow for the regions when a few of them are done. */
function estate(regions: number): Scenario {
  const lines = [aLine('repository', 80 * regions, { kind: 'repository' })];
  const groups = [];
  for (let region = 0; region < regions; region += 1) {
    lines.push(aLine(`region ${region}`, region % 2 === 0 ? 60 : 120));
    for (let site = 0; site < sitesOfRegion; site += 1) {
      const id = `site ${region}.${site}`;
      lines.push(aLine(id, [5, 20, 100][site % 3] ?? 5));
      groups.push(
        aGroup({
          id,
          clients: clientsOfSite,
          lineIds: ['repository', `region ${region}`, id],
          bytes: 1e9,
          retryShare: 0.02,
          staggerSeconds: 4 * 3600,
        }),
      );
    }
  }
  return aScenario({ lines, groups });
}

/** How often sharing out lines looks at a location, for each client. */
function visitsPerClient(regions: number): number {
  const scenario = estate(regions);
  const run = new RolloutRun(scenario, drawStreams(scenario, 'growth'));
  while (run.advance(10_000));
  expect(run.waiting).toBe(0);
  return run.visits / (regions * sitesOfRegion * clientsOfSite);
}

it('costs each client no more where there are more regions like its own', () => {
  const few = visitsPerClient(8);
  for (const regions of [32, 128]) expect(visitsPerClient(regions) / few).toBeLessThan(1.1);
});
