import type { Measurements } from '@carrel/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkPlan, type Design, makeDesign } from '../decisions/index.ts';
import { type Plan, type PlanInput, parsePlan } from '../plan-file/index.ts';
import { formatPlanEdit } from '../what-if/index.ts';
import { compareWithActual, planFromInstance, replan } from './index.ts';

const day = 86_400_000;
const toMs = Date.parse('2026-11-20T00:00:00.000Z');
const at = (timeMs: number): string => new Date(timeMs).toISOString();

const input: PlanInput = {
  name: 'Two towns',
  locations: [
    { name: 'Berlin', users: 100 },
    { name: 'Rome', users: 40, uplink: { to: 'Berlin', bandwidthMbitPerSecond: 100 } },
  ],
  images: [{ name: 'desk', sizeGb: 40, dataGb: 20, packedGb: 8, update: { everyDays: 30, changedGb: 1 } }],
  workspaces: [
    {
      name: 'Office',
      image: 'desk',
      population: [
        { location: 'Berlin', users: 100 },
        { location: 'Rome', users: 40 },
      ],
      serviceLevels: { initialLoadHours: 24, updateHours: 2 },
    },
  ],
};
function planOf(content: unknown): Plan {
  const { plan, findings } = parsePlan(content);
  if (!plan) throw new Error(findings.map(({ message }) => message).join(' '));
  return plan;
}
const design = (): Design => makeDesign(planOf(input));

const version = (number: number, publishedMs: number) => ({
  number,
  virtualSizeBytes: 40e9,
  dataBytes: 20e9,
  storedBytes: 8e9,
  publishedAt: at(publishedMs),
});
const none = { peersBytes: 0, stagedBytes: 0, copiesBytes: 0, hostFilesBytes: 0 };
/** An instance that does exactly what the plan says. */
const asPlanned: Measurements = {
  from: at(toMs - 30 * day),
  to: at(toMs),
  devices: [
    { tag: null, count: 140 },
    { tag: 'berlin', count: 100 },
    { tag: 'Rome', count: 40 },
    { tag: 'laptop', count: 17 },
  ],
  events: { perDevicePerDay: 20, averageBytes: 200 },
  images: [
    { name: 'desk', versions: [version(1, toMs - 60 * day), version(2, toMs - 30 * day), version(3, toMs)] },
  ],
  deliveries: [],
  workspaces: [
    {
      name: 'Office',
      image: 'desk',
      persistence: 'revertible',
      people: [
        { tag: null, count: 140 },
        { tag: 'Berlin', count: 100 },
        { tag: 'Rome', count: 40 },
      ],
    },
  ],
};
const off = (measurements: Measurements) =>
  compareWithActual(design(), measurements).assumptions.filter(({ verdict }) => verdict !== 'agrees');

describe('a plan against what is', () => {
  it('agrees with an instance that is as planned', () => {
    const { assumptions, unmeasured } = compareWithActual(design(), asPlanned);
    expect(assumptions.length).toBeGreaterThanOrEqual(10);
    expect(off(asPlanned)).toEqual([]);
    expect(unmeasured).toEqual({ locations: [], images: [], workspaces: [] });
  });

  it('says which assumption is off, by how much, what that rests on, and what to write instead', () => {
    const found = off({
      ...asPlanned,
      events: { perDevicePerDay: 61.28, averageBytes: 210 },
      images: [{ name: 'desk', versions: [version(1, toMs - 14 * day), version(2, toMs)] }],
      deliveries: [
        {
          ...none,
          image: 'desk',
          kind: 'update',
          tag: null,
          count: 100,
          downloadedBytes: 100 * 1.02 * 2e9,
          timeToReady: null,
        },
      ],
    });
    expect(
      found.map(({ name, measured, basis, edit }) => [name, measured, basis, edit && formatPlanEdit(edit)]),
    ).toEqual([
      ['Events of a client a day', 61.3, '140 computers', 'events.perClientPerDay=61.3'],
      ['Days between versions of desk', 14, '2 published versions', 'images[desk].update.everyDays=14'],
      ['What a new version of desk adds', 2, '100 updates', 'images[desk].update.changedGb=2'],
    ]);
  });

  it('does not take an unfinished rollout for a wrong plan, but takes more people for one', () => {
    const people = (berlin: number, rome: number): Measurements => ({
      ...asPlanned,
      devices: [
        { tag: null, count: berlin + rome },
        { tag: 'Berlin', count: berlin },
        { tag: 'Rome', count: rome },
      ],
    });
    const [fewer] = off(people(60, 40));
    expect(fewer).toMatchObject({ name: 'Users at Berlin', verdict: 'lower', edit: undefined });
    expect(fewer?.note).not.toBe('');
    const [more] = off(people(100, 90));
    expect(more).toMatchObject({ name: 'Users at Rome', verdict: 'higher', edit: { value: 90 } });
  });

  it('judges service levels by 95 of 100 loads, and tells what loads took of a link', () => {
    const measurements: Measurements = {
      ...asPlanned,
      deliveries: (['Berlin', 'Rome', null] as const).map((tag) => ({
        ...none,
        image: 'desk',
        kind: 'update' as const,
        tag,
        count: 40,
        downloadedBytes: 324e9,
        peersBytes: tag === 'Rome' ? 162e9 : 0,
        timeToReady: {
          medianSeconds: 1800,
          p95Seconds: tag === 'Rome' ? 9000 : 3600,
          longestSeconds: 20_000,
        },
      })),
    };
    const { service, lines } = compareWithActual(design(), measurements);
    expect(service.map(({ location, p95Hours, isKept }) => [location, p95Hours, isKept])).toEqual([
      ['Berlin', 1, true],
      ['Rome', 2.5, false],
    ]);
    expect(service[1]?.designedHours).toBeGreaterThan(0);
    // 162 GB in 30 days.
    expect(lines).toEqual([
      { location: 'Rome', downloadedBytes: 162e9, meanMbitPerSecond: 0.5, share: 0.005 },
    ]);
  });

  it('names what the instance knows nothing of', () => {
    const { assumptions, unmeasured } = compareWithActual(design(), {
      ...asPlanned,
      devices: [{ tag: null, count: 3 }],
      images: [],
      workspaces: [],
    });
    expect(unmeasured).toEqual({ locations: ['Berlin', 'Rome'], images: ['desk'], workspaces: ['Office'] });
    expect(assumptions.map(({ name }) => name)).toEqual(['Events of a client a day', 'Size of an event']);
  });

  it('agrees after it was made anew, whatever was measured', () => {
    const positive = fc.double({ min: 1, max: 1000, noNaN: true });
    fc.assert(
      fc.property(positive, positive, fc.integer({ min: 1, max: 5000 }), (events, gb, rome) => {
        const measurements: Measurements = {
          ...asPlanned,
          events: { perDevicePerDay: events, averageBytes: 100 + gb },
          images: [
            {
              name: 'DESK',
              versions: [
                {
                  ...version(1, toMs),
                  virtualSizeBytes: gb * 3e9,
                  dataBytes: gb * 2e9,
                  storedBytes: gb * 1e9,
                },
              ],
            },
          ],
          devices: [
            { tag: null, count: rome },
            { tag: 'Rome', count: rome },
          ],
        };
        const again = replan(planOf(input), compareWithActual(design(), measurements)).plan;
        const { assumptions } = compareWithActual(makeDesign(planOf(again)), measurements);
        expect(assumptions.filter(({ edit }) => edit)).toEqual([]);
      }),
    );
  });
});

describe('a plan from an instance', () => {
  it('holds what the instance has, and makes a design', () => {
    const plan = planOf(planFromInstance(asPlanned, { name: 'As it is', locations: [] }));
    expect(plan.locations).toMatchObject([{ name: 'Everywhere', users: 140, hasRepository: true }]);
    expect(plan.images).toMatchObject([{ name: 'desk', packedGb: 8, origin: 'measured' }]);
    expect(plan.workspaces).toMatchObject([{ name: 'Office', population: [{ users: 140 }] }]);
    expect(checkPlan(plan).filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(makeDesign(plan).instances).toHaveLength(1);
  });

  it('tells locations by the tags that name them', () => {
    const places = { locations: ['Berlin', 'Rome'], repositories: ['Rome'] };
    const plan = planOf(planFromInstance(asPlanned, { name: 'As it is', ...places }));
    expect(plan.locations.map(({ name, users, hasRepository }) => [name, users, hasRepository])).toEqual([
      ['Berlin', 100, false],
      ['Rome', 40, true],
    ]);
    expect(plan.workspaces[0]?.population).toMatchObject([
      { location: 'Berlin', users: 100 },
      { location: 'Rome', users: 40 },
    ]);
  });
});
