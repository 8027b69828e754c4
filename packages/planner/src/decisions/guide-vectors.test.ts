// Test vectors of the planning guide (IPD for MED-V), "Test vectors" in its distilled form, each by its line.
import { describe, expect, it } from 'vitest';
import { gbOfBytes } from '../quantities/index.ts';
import { makeDesign } from './make-design.ts';
import { behind, forEverybody, fullLinks, planOf } from './testing/plans.ts';

const image = { name: 'XP', sizeGb: 8, dataGb: 4 };

describe('number of instances (guide, step 2)', () => {
  const forest = [{ name: 'Centre', users: 7000 }, behind('Centre', 1000, { name: 'East', users: 5000 })];
  const lab = { name: 'Laboratory', users: 40, isIsolated: true };
  const partner = behind('Centre', 1000, { name: 'Partner', users: 300, trustDomain: 'partner.example' });
  const more = behind('Centre', 1000, { name: 'West', users: 3000 });

  it.each([
    { what: '12,000 users of one trusted forest', locations: forest, instances: 3 },
    {
      what: 'an isolated laboratory of 40 and an untrusted domain of 300 more',
      locations: [...forest, lab, partner],
      instances: 5,
    },
    { what: 'exactly three times 5,000', locations: [...forest, more], instances: 3 },
    { what: '40 in the laboratory alone', locations: [lab], instances: 1 },
  ])('$what → $instances', ({ locations, instances }) => {
    const design = makeDesign(
      planOf({
        profile: 'medv-1.0',
        locations,
        trustDomains: [{ name: 'partner.example', isTrusted: false }],
        images: [image],
        workspaces: [forEverybody(locations, { name: 'Office', image: 'XP' })],
      }),
    );
    expect(design.instances).toHaveLength(instances);
    const reasons = design.instances.map(({ reason }) => reason);
    expect(reasons.filter((reason) => reason === 'isolated-network')).toHaveLength(
      locations.includes(lab) ? 1 : 0,
    );
    expect(reasons.filter((reason) => reason === 'trust-domain')).toHaveLength(
      locations.includes(partner) ? 1 : 0,
    );
    expect(design.instances.every(({ clients }) => clients <= 5000)).toBe(true);
  });

  it('gives a trusted domain no instance of its own', () => {
    const locations = [...forest, partner];
    const design = makeDesign(
      planOf({
        profile: 'medv-1.0',
        locations,
        trustDomains: [{ name: 'partner.example', isTrusted: true }],
        images: [image],
        workspaces: [forEverybody(locations, { name: 'Office', image: 'XP' })],
      }),
    );
    expect(design.instances).toHaveLength(3);
  });
});

describe('the event database (guide, step 3)', () => {
  const locations = [{ name: 'Centre', users: 5000 }];
  const databaseFor = (events: object) =>
    makeDesign(
      planOf({
        profile: 'medv-1.0',
        locations,
        images: [image],
        workspaces: [forEverybody(locations, { name: 'Office', image: 'XP' })],
        events,
      }),
    ).instances[0]?.database;

  it('5,000 clients × 20 events × 200 B × 90 days = 1,800,000,000 B before the safety factor', () => {
    const database = databaseFor({ perClientPerDay: 20, bytes: 200, daysKept: 90, safetyFactor: 3 });
    expect(database?.bytesBeforeSafety).toBe(1_800_000_000);
    expect(database?.bytes).toBe(5_400_000_000);
    expect((database?.bytesBeforeSafety ?? 0) / 1024 ** 3).toBeCloseTo(1.68, 2);
  });

  it.each([
    { perClientPerDay: 20, writes: 1.157 },
    { perClientPerDay: 15, writes: 0.868 },
  ])(
    '5,000 × $perClientPerDay ÷ 86,400 = $writes writes a second before the buffer',
    ({ perClientPerDay, writes }) => {
      const database = databaseFor({ perClientPerDay, reportShare: 0.5 });
      expect(database?.writesPerSecond).toBeCloseTo(writes, 3);
      expect(database?.operationsPerSecond).toBeCloseTo(writes * 1.5, 2);
    },
  );
});

it('40 workspaces × 30 KB = 1,200 KB of disk on the server (guide, step 3)', () => {
  const locations = [{ name: 'Centre', users: 10 }];
  const design = makeDesign(
    planOf({
      profile: 'medv-1.0',
      locations,
      images: [image],
      workspaces: Array.from({ length: 40 }, (_, at) =>
        forEverybody(locations, { name: `W${at}`, image: 'XP' }),
      ),
    }),
  );
  expect(design.instances[0]?.server.diskBytes).toBe(1_200_000);
});

it('images of 8, 12 and 20 GB take 40 GB, and 350 clients are 350 downloads (guide, step 4)', () => {
  const locations = [{ name: 'Centre', users: 350 }];
  const design = makeDesign(
    planOf({
      profile: 'medv-1.0',
      locations,
      images: [8, 12, 20].map((sizeGb) => ({ name: `I${sizeGb}`, sizeGb, dataGb: sizeGb / 2 })),
      workspaces: [
        { name: 'A', image: 'I8', population: [{ location: 'Centre', users: 100 }] },
        { name: 'B', image: 'I12', population: [{ location: 'Centre', users: 150 }] },
        { name: 'C', image: 'I20', population: [{ location: 'Centre', users: 100 }] },
      ],
    }),
  );
  expect(design.repositories).toHaveLength(1);
  expect(gbOfBytes(design.repositories[0]?.diskBytes ?? 0)).toBe(40);
  expect(design.repositories[0]?.concurrentDownloads).toBe(350);
});

describe('350 clients, 4 GB to move each (guide, step 4)', () => {
  const loadAt = (initialLoadHours: number) => {
    const locations = [{ name: 'Centre', users: 0 }, behind('Centre', 100, { name: 'Branch', users: 350 })];
    const design = makeDesign(
      planOf({
        profile: 'medv-1.0',
        delivery: fullLinks,
        locations,
        images: [image],
        placement: { server: 'Centre' },
        workspaces: [
          forEverybody(locations, {
            name: 'Office',
            image: 'XP',
            distribution: 'network',
            serviceLevels: { initialLoadHours, updateHours: initialLoadHours },
          }),
        ],
      }),
    );
    return design.distribution[0];
  };

  it('over one link of 100 Mbit/s fully used: 112,000 s', () => {
    expect(loadAt(48)).toMatchObject({ repository: 'Centre', initialLoadSeconds: 112_000 });
  });

  it('from a repository there on 1 Gbit/s: 11,200 s', () => {
    expect(loadAt(24)).toMatchObject({ repository: 'Branch', initialLoadSeconds: 11_200 });
  });
});
