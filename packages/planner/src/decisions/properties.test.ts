import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Plan } from '../plan-file/index.ts';
import { checkPlan } from './check-plan.ts';
import type { Design } from './design.ts';
import { makeDesign } from './make-design.ts';
import { soundPlans } from './testing/random-plans.ts';

const hasDesign = (plan: Plan): boolean => checkPlan(plan).every(({ severity }) => severity === 'warning');
const possiblePlans = soundPlans.filter(hasDesign);

/** Everything that does not repeat the plan: its rows, and places in them. */
function outcome({ plan: _plan, findings, ...design }: Design): object {
  const told = findings.map(({ path: _path, ...finding }) => JSON.stringify(finding)).sort();
  return { ...design, findings: told };
}

it('does not depend on the order of any rows', () => {
  fc.assert(
    fc.property(possiblePlans, fc.infiniteStream(fc.nat()), (plan, order) => {
      const shuffled = <T>(rows: readonly T[]): T[] =>
        rows
          .map((row) => ({ row, key: Number(order.next().value) }))
          .sort((left, right) => left.key - right.key)
          .map(({ row }) => row);
      const other: Plan = {
        ...plan,
        locations: shuffled(plan.locations),
        images: shuffled(plan.images),
        workspaces: shuffled(plan.workspaces).map((workspace) => ({
          ...workspace,
          population: shuffled(workspace.population),
        })),
        travellers: shuffled(plan.travellers),
      };
      expect(outcome(makeDesign(other))).toEqual(outcome(makeDesign(plan)));
    }),
    { numRuns: 60 },
  );
});

it('never needs fewer instances for more users', () => {
  fc.assert(
    fc.property(possiblePlans, fc.nat(), fc.integer({ min: 1, max: 20_000 }), (plan, pick, more) => {
      const grownName = plan.locations[pick % plan.locations.length]?.name;
      const grown: Plan = {
        ...plan,
        locations: plan.locations.map((location) =>
          location.name === grownName ? { ...location, users: location.users + more } : location,
        ),
        workspaces: plan.workspaces.map((workspace) => ({
          ...workspace,
          distribution: 'pre-stage',
          serviceLevels: { initialLoadHours: 8784, updateHours: 8784, reportSeconds: 30 },
          population: workspace.population.map((entry) =>
            entry.location === grownName ? { ...entry, users: entry.users + more } : entry,
          ),
        })),
      };
      fc.pre(hasDesign(grown));
      expect(makeDesign(grown).instances.length).toBeGreaterThanOrEqual(makeDesign(plan).instances.length);
    }),
    { numRuns: 60 },
  );
});

function widen(plan: Plan, pick: number, factor: number): Plan {
  const widened = plan.locations[pick % plan.locations.length]?.name;
  return {
    ...plan,
    locations: plan.locations.map((location) =>
      location.name === widened && location.uplink !== null
        ? {
            ...location,
            uplink: {
              ...location.uplink,
              bandwidthMbitPerSecond: location.uplink.bandwidthMbitPerSecond * factor,
            },
          }
        : location,
    ),
  };
}

const factors = fc.double({ min: 1, max: 100, noNaN: true });

it('keeps a design possible, and misses no service level more, by more bandwidth', () => {
  const missed = (design: Design): number =>
    design.distribution.filter(({ meets }) => !meets.initialLoad || !meets.update).length;
  fc.assert(
    fc.property(possiblePlans, fc.nat(), factors, (plan, pick, factor) => {
      const wider = widen(plan, pick, factor);
      expect(hasDesign(wider)).toBe(true);
      expect(missed(makeDesign(wider))).toBeLessThanOrEqual(missed(makeDesign(plan)));
    }),
    { numRuns: 100 },
  );
});

it('answers every decision for whatever plan, with finite numbers and words', () => {
  fc.assert(
    fc.property(possiblePlans, (plan) => {
      const { decisions, distribution, instances, repositories, findings } = makeDesign(plan);
      const broken = decisions.filter(
        ({ answer, numbers }) =>
          /undefined|NaN|\[object/u.test(answer) || numbers.some(({ value }) => Number.isNaN(value)),
      );
      expect(broken).toEqual([]);
      const decided = new Set(decisions.map(({ id, subject }) => `${id} ${subject}`));
      expect(decided.size).toBe(decisions.length);
      for (const { location, workspace } of distribution) {
        expect(decided).toContain(`distribution.technique ${location} / ${workspace}`);
      }
      for (const { name } of instances) expect(decided).toContain(`failure.server ${name}`);
      for (const { name } of repositories) expect(decided).toContain(`repository.disk ${name}`);
      const isMissed = distribution.some(({ meets }) => !meets.initialLoad || !meets.update);
      expect(findings.some(({ code }) => code === 'PLAN_SERVICE_LEVEL_MISSED')).toBe(isMissed);
    }),
    { numRuns: 60 },
  );
});
