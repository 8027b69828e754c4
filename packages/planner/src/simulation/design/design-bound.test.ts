import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Design, makeDesign } from '../../decisions/index.ts';
import { soundPlans } from '../../decisions/testing/random-plans.ts';
import type { Location, Plan } from '../../plan-file/index.ts';
import { simulateRollout } from '../rollout/simulate-rollout.ts';
import { rolloutScenario } from './rollout-scenario.ts';

const hours = [
  ['08:00', '18:00'],
  ['07:00', '15:00'],
  ['12:00', '20:00'],
] as const;
const offsets = [0, 6, -9];
const traffic = [0.3, 0.7, 0.9];

/** A hundredth of the people; places that differ in everything that may make lines full at different times. */
function smaller(plan: Plan): Plan {
  const few = (users: number): number => Math.ceil(users / 100);
  return {
    ...plan,
    delivery: { ...plan.delivery, retryShare: 0 },
    locations: plan.locations.map((location, at) => varied({ ...location, users: few(location.users) }, at)),
    workspaces: plan.workspaces.map((workspace) => ({
      ...workspace,
      population: workspace.population.map((entry) => ({ ...entry, users: few(entry.users) })),
    })),
    travellers: plan.travellers.map((group) => ({ ...group, users: few(group.users) })),
  };
}

function varied(location: Location, at: number): Location {
  const [start = '08:00', end = '18:00'] = hours[at % 3] ?? [];
  const { uplink } = location;
  return {
    ...location,
    lanMbitPerSecond: at % 2 === 0 ? 100 : 1000,
    utcOffsetHours: offsets[at % 3] ?? 0,
    workingHours: { ...location.workingHours, start, end },
    uplink: uplink && { ...uplink, latencyMs: 0, otherTrafficShare: traffic[at % 3] ?? 0 },
  };
}

/** Until the server has answered the last one who asks for something, which no decision counts. */
function contactSeconds({ distribution, profile }: Design): number {
  const asking = distribution.reduce((sum, { users }) => sum + users, 0);
  return profile.limits.contactsPerSecond === null ? 0 : asking / profile.limits.contactsPerSecond;
}

it('nobody is ready later than the design says at most', async () => {
  await fc.assert(
    fc.asyncProperty(
      soundPlans.map(smaller),
      fc.constantFrom('initial' as const, 'update' as const),
      async (plan, kind) => {
        const design = makeDesign(plan, { allowsUnreachable: true });
        const { groups } = await simulateRollout(rolloutScenario(design, { kind }), { seed: 1, runs: 1 });
        for (const { location, workspace, readySeconds } of groups) {
          const choice = design.distribution.find(
            (each) => each.location === location && each.workspace === workspace,
          );
          const most = choice?.atMost[kind === 'initial' ? 'initialLoadSeconds' : 'updateSeconds'] ?? 0;
          // Simulations end after a year, and leave up to 0.4 % of a line idle.
          if (most > 360 * 86_400) continue;
          expect(readySeconds.last.mean).toBeLessThanOrEqual((most + contactSeconds(design)) * 1.005);
        }
      },
    ),
    { numRuns: 60 },
  );
});
