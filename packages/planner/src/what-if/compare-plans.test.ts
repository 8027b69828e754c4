import { describe, expect, it } from 'vitest';
import { type Design, makeDesign } from '../decisions/index.ts';
import { parsePlan } from '../plan-file/index.ts';
import { comparePlans } from './compare-plans.ts';
import { editPlan } from './edit-plan.ts';
import { parsePlanEdit } from './plan-path.ts';
import { sensitivityOf } from './sensitivity.ts';

const parsed = parsePlan({
  name: 'Two',
  locations: [
    { name: 'Centre', users: 10 },
    { name: 'Office', users: 60, uplink: { to: 'Centre', bandwidthMbitPerSecond: 100 } },
  ],
  images: [{ name: 'desktop', sizeGb: 40, dataGb: 15, packedGb: 5 }],
  workspaces: [
    {
      name: 'Desk',
      image: 'desktop',
      distribution: 'network',
      population: [
        { location: 'Centre', users: 10 },
        { location: 'Office', users: 60 },
      ],
    },
  ],
  placement: { server: 'Centre' },
});

function planned(...texts: readonly string[]): Design {
  if (!parsed.plan) throw new Error(JSON.stringify(parsed.findings));
  const edits = texts.map(parsePlanEdit).filter((edit) => edit !== undefined);
  const edited = editPlan(parsed.plan, edits);
  if (!edited.plan) throw new Error(JSON.stringify(edited.findings));
  return makeDesign(edited.plan);
}

describe('plans side by side', () => {
  it('differ in nothing but their figures when they are the same', () => {
    const { inputs, decisions, serviceLevels, figures } = comparePlans([planned(), planned()]);
    expect({ inputs, decisions, serviceLevels }).toEqual({ inputs: [], decisions: [], serviceLevels: [] });
    expect(figures.every(({ values: [one, other] }) => one === other)).toBe(true);
  });

  it('show what a change of an input does, in the order of the plans', () => {
    const faster = 'locations[Office].uplink.bandwidthMbitPerSecond=1000';
    const comparison = comparePlans([planned(), planned(faster), planned()]);
    expect(comparison.inputs).toEqual([
      { path: 'locations[Office].uplink.bandwidthMbitPerSecond', values: [100, 1000, 100] },
    ]);
    const [office] = comparison.serviceLevels.filter(({ location }) => location === 'Office');
    const [slow = 0, fast = 0, again = 0] =
      office?.values.map((value) => value?.initialLoadSeconds ?? 0) ?? [];
    expect(fast).toBeLessThan(slow);
    expect(again).toBe(slow);
    expect(comparison.decisions.map(({ id }) => id)).toContain('distribution.technique');
  });
});

describe('a wider link', () => {
  const levels = 'workspaces[Desk].serviceLevels.initialLoadHours=5';
  const faster = 'locations[Office].uplink.bandwidthMbitPerSecond=2000';

  it('that makes a repository needless and loads slower is told with how to keep it', () => {
    const slowNetwork = 'locations[Centre].lanMbitPerSecond=300';
    const { dropped } = comparePlans([planned(levels, slowNetwork), planned(levels, slowNetwork, faster)]);
    expect(dropped).toHaveLength(1);
    expect(dropped[0]).toContain('The repository Office is not needed any more');
    expect(dropped[0]).toContain('set hasRepository of Office to keep it');
  });

  it('is not told of where the repository stays', () => {
    const stays = 'locations[Office].hasRepository=true';
    expect(comparePlans([planned(levels, stays), planned(levels, stays, faster)]).dropped).toEqual([]);
  });
});

describe('the sensitivity of an input', () => {
  it('has the figures of each value, and says which it cannot take', () => {
    const path = parsePlanEdit('growth.usersPerYearShare=0')?.path ?? [];
    const points = sensitivityOf(planned('growth.years=1').plan, path, [0, 1, 'much']);
    const clients = points.map(({ figures }) => figures?.find(({ name }) => name === 'clients')?.value);
    expect(clients).toEqual([70, 140, undefined]);
    expect(points[2]?.findings?.[0]?.path).toBe('growth.usersPerYearShare');
  });
});
