import { describe, expect, it } from 'vitest';
import type { PlanInput } from '../plan-file/index.ts';
import type { Design } from './design.ts';
import { makeDesign } from './make-design.ts';
import { behind, forEverybody, planOf } from './testing/plans.ts';

const office = { name: 'Office', image: 'XP' };
const centre = { name: 'Centre', users: 200 };
const branch = behind('Centre', 1000, { name: 'Branch', users: 40 });

function designOf(locations: NonNullable<PlanInput['locations']>, more: Partial<PlanInput> = {}): Design {
  return makeDesign(
    planOf({
      locations,
      images: [{ name: 'XP', sizeGb: 8, dataGb: 4 }],
      workspaces: [forEverybody(locations, office)],
      placement: { server: 'Centre' },
      ...more,
    }),
  );
}

const summary = ({ repositories }: Design): unknown =>
  repositories.map(({ location, reason }) => [location, reason]);

describe('a repository that stands already', () => {
  it('stays where no link needs it, and costs what a local one costs', () => {
    const without = designOf([centre, branch]);
    const design = designOf([centre, { ...branch, hasRepository: true }]);
    expect(summary(without)).toEqual([['Centre', 'instance']]);
    expect(summary(design)).toEqual([
      ['Centre', 'instance'],
      ['Branch', 'existing'],
    ]);
    const local = design.cost.items.find(({ name }) => name === 'local repositories');
    expect(local).toMatchObject({ count: 1, monthly: design.plan.costs.repositoryMonthly });
  });

  it('says so in its decision, with what would make it go', () => {
    const { decisions } = designOf([centre, { ...branch, hasRepository: true }]);
    const of = (id: string, subject: string) =>
      decisions.find((decision) => decision.id === id && decision.subject === subject);
    expect(of('repository.reason', 'Branch')?.answer).toContain('One stands in Branch already and stays.');
    expect(of('repository.reason', 'Branch')?.flips[0]?.when).toContain('hasRepository of Branch');
    expect(of('repositories.count', '')?.answer).toContain('1 that stand already');
  });

  it('serves what hangs below it, and takes that off the links above', () => {
    const outpost = behind('Branch', 100, { name: 'Outpost', users: 10 });
    const { distribution } = designOf([centre, { ...branch, hasRepository: true }, outpost]);
    expect(distribution.map(({ location, repository }) => [location, repository])).toEqual([
      ['Centre', 'Centre'],
      ['Branch', 'Branch'],
      ['Outpost', 'Branch'],
    ]);
  });

  it('is told of where nobody loads from it, cut off or not', () => {
    const empty = behind('Centre', 10, { name: 'Empty', users: 0, hasRepository: true });
    const laboratory = { name: 'Laboratory', users: 0, isIsolated: true, hasRepository: true };
    const unused = designOf([centre, empty, laboratory]).findings.filter(
      ({ code }) => code === 'PLAN_REPOSITORY_UNUSED',
    );
    expect(unused.map(({ path }) => path)).toEqual([
      'locations[1].hasRepository',
      'locations[2].hasRepository',
    ]);
    expect(unused[1]?.message).toContain('cut off');
  });

  it('is told of where it holds what law keeps elsewhere', () => {
    const north = behind('Centre', 100, { name: 'North', users: 30 });
    const south = behind('Centre', 100, { name: 'South', users: 10 });
    const separations = [
      { kind: 'law' as const, name: 'Apart', reason: 'the law', locations: ['North', 'South'] },
    ];
    const codes = (hasRepository: boolean): unknown =>
      designOf([{ ...centre, hasRepository }, north, south], { separations })
        .findings.filter(({ code }) => code === 'PLAN_REPOSITORY_OUTSIDE_LAW')
        .map(({ path, message }) => [path, message]);
    expect(codes(false)).toEqual([]);
    expect(codes(true)).toEqual([
      [
        'locations[0].hasRepository',
        'The repository Centre (Apart) holds images of Apart, which law keeps in North, South.',
      ],
    ]);
  });
});

describe('how a first version comes to a location', () => {
  it('is as laid down there, else as for the workspace', () => {
    const { distribution } = designOf([centre, branch], {
      workspaces: [
        {
          ...office,
          distribution: 'network',
          population: [
            { location: 'Centre', users: 200 },
            { location: 'Branch', users: 40, distribution: 'removable-media' },
          ],
        },
      ],
    });
    expect(distribution.map(({ location, technique }) => [location, technique])).toEqual([
      ['Centre', 'network'],
      ['Branch', 'removable-media'],
    ]);
  });
});

it('does not move a server by a faster link', () => {
  // Nobody may host one in the middle, where the clients are.
  const middle = { ...centre, mayHostRepository: false };
  const placeWith = (mbit: number): string | undefined =>
    designOf(
      [
        middle,
        behind('Centre', mbit, { name: 'East', users: 10 }),
        behind('Centre', 100, { name: 'West', users: 10 }),
      ],
      { placement: {} },
    ).instances[0]?.server.location;
  expect(placeWith(10_000)).toBe(placeWith(10));
});
