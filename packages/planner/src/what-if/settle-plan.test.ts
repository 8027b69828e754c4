import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkPlan, type Design, makeDesign } from '../decisions/index.ts';
import { soundPlans } from '../decisions/testing/random-plans.ts';
import type { Plan } from '../plan-file/index.ts';
import { editPlan } from './edit-plan.ts';
import { settlePlan } from './settle-plan.ts';

function settled(plan: Plan): Plan {
  const edited = editPlan(plan, settlePlan(designOf(plan)));
  if (!edited.plan) throw new Error(JSON.stringify(edited.findings));
  return edited.plan;
}

/** The design of a plan, as close as one comes where a service level is out of reach. */
function designOf(plan: Plan): Design {
  return makeDesign(plan, { allowsUnreachable: true });
}

const standing = ({ repositories }: Design): string[] => repositories.map(({ name }) => name);

const factors = fc.double({ min: 1, max: 1000, noNaN: true });
/** One link, or all of them, by whatever factor each. */
const widenings = fc.record({
  only: fc.option(fc.nat()),
  factors: fc.array(factors, { minLength: 9, maxLength: 9 }),
});

function widen(plan: Plan, { only, factors: by }: { only: number | null; factors: number[] }): Plan {
  return {
    ...plan,
    locations: plan.locations.map((location, at) =>
      location.uplink === null || (only !== null && only % plan.locations.length !== at)
        ? location
        : {
            ...location,
            uplink: {
              ...location.uplink,
              bandwidthMbitPerSecond: location.uplink.bandwidthMbitPerSecond * (by[at] ?? 1),
            },
          },
    ),
  };
}

describe('a settled plan', () => {
  it('has the design it was settled from', () => {
    fc.assert(
      fc.property(soundPlans, (plan) => {
        const before = designOf(plan);
        const after = designOf(settled(plan));
        expect(after.distribution).toEqual(before.distribution);
        expect(standing(after)).toEqual(standing(before));
        expect(after.instances).toEqual(before.instances);
        expect(after.cost).toEqual(before.cost);
      }),
      { numRuns: 80 },
    );
  });

  it('loads everything from where it did, and no later, by more bandwidth of one link or of all', () => {
    fc.assert(
      fc.property(soundPlans, widenings, (plan, widening) => {
        const fixed = settled(plan);
        const before = designOf(fixed);
        const after = designOf(widen(fixed, widening));
        expect(standing(after)).toEqual(standing(before));
        for (const [at, choice] of after.distribution.entries()) {
          const earlier = before.distribution[at];
          expect(choice.repository).toBe(earlier?.repository);
          expect(choice.technique).toBe(earlier?.technique);
          const atMost = (limit = 0): number => limit * (1 + 1e-9);
          expect(choice.initialLoadSeconds).toBeLessThanOrEqual(atMost(earlier?.initialLoadSeconds));
          expect(choice.updateSeconds).toBeLessThanOrEqual(atMost(earlier?.updateSeconds));
          expect(choice.atMost.initialLoadSeconds).toBeLessThanOrEqual(
            atMost(earlier?.atMost.initialLoadSeconds),
          );
          expect(choice.atMost.updateSeconds).toBeLessThanOrEqual(atMost(earlier?.atMost.updateSeconds));
        }
      }),
      { numRuns: 80 },
    );
  });

  it('stays possible where it was', () => {
    const isPossible = (plan: Plan): boolean => checkPlan(plan).every(({ severity }) => severity !== 'error');
    fc.assert(
      fc.property(soundPlans, (plan) => {
        const isMet = designOf(plan).distribution.every(({ meets }) => meets.initialLoad && meets.update);
        fc.pre(isMet);
        expect(isPossible(settled(plan))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});
