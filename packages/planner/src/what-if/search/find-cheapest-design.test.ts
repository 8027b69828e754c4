import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeDesign } from '../../decisions/index.ts';
import { type Plan, parsePlan } from '../../plan-file/index.ts';
import { editPlan } from '../edit-plan.ts';
import { findCheapestDesign } from './find-cheapest-design.ts';
import { leversOf } from './levers.ts';

interface Office {
  readonly users: number;
  readonly mbit: number;
  readonly monthlyCost: number;
  readonly initialLoadHours: number;
  readonly updateHours: number;
  readonly mayHostRepository?: boolean;
}

function planOf({
  users,
  mbit,
  monthlyCost,
  initialLoadHours,
  updateHours,
  mayHostRepository = true,
}: Office): Plan {
  const parsed = parsePlan({
    name: 'Small',
    locations: [
      { name: 'Centre', users: 0 },
      {
        name: 'Office',
        users,
        mayHostRepository,
        uplink: { to: 'Centre', bandwidthMbitPerSecond: mbit, monthlyCost },
      },
    ],
    images: [{ name: 'desktop', sizeGb: 40, dataGb: 20, packedGb: 8 }],
    workspaces: [
      {
        name: 'Desk',
        image: 'desktop',
        serviceLevels: { initialLoadHours, updateHours },
        population: [{ location: 'Office', users }],
      },
    ],
  });
  if (!parsed.plan) throw new Error(JSON.stringify(parsed.findings));
  return parsed.plan;
}

const offices = fc.record({
  users: fc.integer({ min: 1, max: 400 }),
  mbit: fc.constantFrom(2, 10, 50, 200),
  monthlyCost: fc.constantFrom(0, 50, 400, 3000),
  initialLoadHours: fc.constantFrom(1, 8, 24, 200),
  updateHours: fc.constantFrom(1, 24, 168),
});

/** The least that any combination of single edits costs, by trying them in nested loops. */
function cheapestByHand(plan: Plan): number {
  const levers = leversOf(plan);
  let combinations: (readonly (readonly [number, number])[])[] = [[]];
  for (const [lever, { options }] of levers.entries()) {
    combinations = combinations.flatMap((made) =>
      options.map((_, option) => [...made, [lever, option] as const]),
    );
  }
  const totals = combinations.map((made) => {
    const edits = made.flatMap(([lever, option]) => levers[lever]?.options[option]?.edits ?? []);
    const edited = editPlan(plan, edits);
    if (!edited.plan) throw new Error(JSON.stringify(edited.findings));
    const { distribution, cost } = makeDesign(edited.plan, { allowsUnreachable: true });
    const isMet = distribution.every(({ meets }) => meets.initialLoad && meets.update);
    return isMet ? cost.total : Number.POSITIVE_INFINITY;
  });
  return Math.min(...totals);
}

describe('the search for the cheapest design', () => {
  it('finds what trying everything finds, on small plans', async () => {
    await fc.assert(
      fc.asyncProperty(offices, async (office) => {
        const plan = planOf(office);
        const found = await findCheapestDesign(plan);
        const least = cheapestByHand(plan);
        expect(found.isExact).toBe(true);
        expect(found.isMet).toBe(Number.isFinite(least));
        if (found.isMet) expect(found.design.cost.total).toBeCloseTo(least, 6);
        expect(found.lowerBound).toBeLessThanOrEqual(found.design.cost.total + 1e-6);
      }),
      { numRuns: 4 },
    );
  });

  it('gets no worse than the plan, and stays within its bounds, step by step', async () => {
    await fc.assert(
      fc.asyncProperty(offices, async (office) => {
        const plan = planOf(office);
        const exact = await findCheapestDesign(plan);
        const stepwise = await findCheapestDesign(plan, { tryAllUpTo: 0 });
        expect(stepwise.isExact).toBe(false);
        expect(stepwise.lowerBound).toBeLessThanOrEqual(exact.design.cost.total + 1e-6);
        if (stepwise.isMet) {
          expect(stepwise.design.cost.total).toBeGreaterThanOrEqual(exact.design.cost.total - 1e-6);
        }
        const planned = stepwise.planned;
        const isPlannedMet = planned.distribution.every(({ meets }) => meets.initialLoad && meets.update);
        if (isPlannedMet) expect(stepwise.design.cost.total).toBeLessThanOrEqual(planned.cost.total + 1e-6);
      }),
      { numRuns: 4 },
    );
  });

  it('gives edits that make the design it found', async () => {
    const plan = planOf({ users: 80, mbit: 2, monthlyCost: 100, initialLoadHours: 24, updateHours: 24 });
    const found = await findCheapestDesign(plan);
    const edited = editPlan(plan, found.edits);
    expect(edited.plan && makeDesign(edited.plan).cost.total).toBe(found.design.cost.total);
  });

  it('names the service levels that nothing meets', async () => {
    const hard = { users: 400, mbit: 2, monthlyCost: 0, initialLoadHours: 0.01, updateHours: 168 };
    const plan = planOf({ ...hard, mayHostRepository: false });
    const found = await findCheapestDesign(plan);
    expect(found.isMet).toBe(false);
    expect(found.impossible).toMatchObject([{ location: 'Office', workspace: 'Desk', level: 'initialLoad' }]);
  });

  it('stops when it is told to', async () => {
    const plan = planOf({ users: 80, mbit: 2, monthlyCost: 100, initialLoadHours: 24, updateHours: 24 });
    const cancel = new AbortController();
    const searching = findCheapestDesign(plan, {
      signal: cancel.signal,
      onProgress: () => {
        cancel.abort();
      },
    });
    await expect(searching).rejects.toThrow('aborted');
  });
});
