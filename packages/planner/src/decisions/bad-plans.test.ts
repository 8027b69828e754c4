import { isAppError } from '@carrel/kit';
import { describe, expect, it } from 'vitest';
import { type PlanInput, parsePlan } from '../plan-file/index.ts';
import { checkPlan } from './check-plan.ts';
import { makeDesign } from './make-design.ts';
import { planOf } from './testing/plans.ts';

const centre = { name: 'Centre', users: 100 };
const branch = { name: 'Branch', users: 50, uplink: { to: 'Centre', bandwidthMbitPerSecond: 100 } };
const office = {
  name: 'Office',
  image: 'XP',
  population: [
    { location: 'Centre', users: 100 },
    { location: 'Branch', users: 50 },
  ],
};
const good = {
  locations: [centre, branch],
  images: [{ name: 'XP', sizeGb: 8, dataGb: 4 }],
  workspaces: [office],
} satisfies Omit<PlanInput, 'name'>;

it('finds nothing in a good plan', () => {
  expect(checkPlan(planOf(good))).toEqual([]);
});

describe.each([
  {
    what: 'an unknown location',
    plan: {
      ...good,
      locations: [centre, { ...branch, uplink: { to: 'Center', bandwidthMbitPerSecond: 1 } }],
    },
    code: 'PLAN_NAME_UNKNOWN',
    path: 'locations[1].uplink.to',
    says: ['Center'],
  },
  {
    what: 'a link cycle',
    plan: {
      ...good,
      locations: [{ ...centre, uplink: { to: 'Branch', bandwidthMbitPerSecond: 1 } }, branch],
    },
    code: 'PLAN_LINK_CYCLE',
    path: 'locations[0].uplink.to',
    says: ['Centre → Branch → Centre'],
  },
  {
    what: 'a location that is its own uplink',
    plan: {
      ...good,
      locations: [centre, { ...branch, uplink: { to: 'Branch', bandwidthMbitPerSecond: 1 } }],
    },
    code: 'PLAN_LINK_CYCLE',
    path: 'locations[1].uplink.to',
    says: ['Branch → Branch'],
  },
  {
    what: 'no users anywhere',
    plan: { ...good, locations: [{ name: 'Centre', users: 0 }], workspaces: [] },
    code: 'PLAN_NO_USERS',
    path: 'locations',
    says: ['No location has a user'],
  },
  {
    what: 'a workspace for nobody',
    plan: { ...good, workspaces: [office, { name: 'Empty', image: 'XP' }] },
    code: 'PLAN_NO_USERS',
    path: 'workspaces[1].population',
    says: ['Empty'],
  },
  {
    what: 'more people than there are',
    plan: { ...good, workspaces: [{ ...office, population: [{ location: 'Branch', users: 51 }] }] },
    code: 'PLAN_POPULATION',
    path: 'workspaces[0].population[0].users',
    says: ['51', '50'],
  },
  {
    what: 'two centres',
    plan: { ...good, locations: [centre, { name: 'Branch', users: 50 }] },
    code: 'PLAN_NETWORK_SPLIT',
    path: 'locations[1].uplink',
    says: ['Branch', 'Centre'],
  },
  {
    what: 'an isolated location with a link',
    plan: { ...good, locations: [centre, { ...branch, isIsolated: true }] },
    code: 'PLAN_ISOLATED_WITH_UPLINK',
    path: 'locations[1].isIsolated',
    says: ['Branch'],
  },
  {
    what: 'a repository where none may stand',
    plan: { ...good, locations: [centre, { ...branch, hasRepository: true, mayHostRepository: false }] },
    code: 'PLAN_REPOSITORY_PLACE',
    path: 'locations[1].hasRepository',
    says: ['Branch'],
  },
  {
    what: 'the same name twice',
    plan: { ...good, images: [...good.images, ...good.images] },
    code: 'PLAN_NAME_TWICE',
    path: 'images[1].name',
    says: ['XP', 'images[0]'],
  },
  {
    what: 'a first load that no repository can give in time',
    plan: {
      ...good,
      workspaces: [
        { ...office, distribution: 'network' as const, serviceLevels: { initialLoadHours: 0.001 } },
      ],
    },
    code: 'PLAN_SERVICE_LEVEL_UNREACHABLE',
    path: 'workspaces[0].serviceLevels.initialLoadHours',
    says: ['Office', '0.001 h', 'the best takes'],
  },
  {
    what: 'an update that no link can bring where no repository may stand',
    plan: {
      ...good,
      locations: [
        centre,
        { ...branch, mayHostRepository: false, uplink: { to: 'Centre', bandwidthMbitPerSecond: 0.1 } },
      ],
    },
    code: 'PLAN_SERVICE_LEVEL_UNREACHABLE',
    path: 'workspaces[0].serviceLevels.updateHours',
    says: ['Branch', '72 h'],
  },
])('$what', ({ plan, code, path, says }) => {
  it('is found with its field, a reason and a remedy, and gives no design', () => {
    const parsed = planOf(plan);
    const finding = checkPlan(parsed).find((candidate) => candidate.code === code && candidate.path === path);
    expect(finding, JSON.stringify(checkPlan(parsed))).toMatchObject({ severity: 'error' });
    for (const words of says) expect(finding?.message).toContain(words);
    expect(finding?.remedy.length).toBeGreaterThan(10);
    expect(() => makeDesign(parsed)).toThrow(expect.objectContaining({ code: 'PLAN_INVALID' }));
  });
});

it('tells all errors of the parts at once', () => {
  const plan = planOf({
    locations: [
      { name: 'A', users: 5, uplink: { to: 'B', bandwidthMbitPerSecond: 1 } },
      { name: 'B', users: 0, uplink: { to: 'A', bandwidthMbitPerSecond: 1 } },
      { name: 'A', users: 1, uplink: { to: 'nowhere', bandwidthMbitPerSecond: 1 } },
    ],
    images: [{ name: 'I', sizeGb: 1, dataGb: 2 }],
    workspaces: [{ name: 'W', image: 'J', population: [] }],
  });
  const codes = checkPlan(plan).map(({ code }) => code);
  expect(codes).toEqual(
    expect.arrayContaining([
      'PLAN_LINK_CYCLE',
      'PLAN_NAME_TWICE',
      'PLAN_NAME_UNKNOWN',
      'PLAN_IMAGE_SIZES',
      'PLAN_NO_USERS',
    ]),
  );
  try {
    makeDesign(plan);
    expect.unreachable();
  } catch (error) {
    expect(isAppError(error, 'PLAN_INVALID') && error.details['findings']).toHaveLength(
      checkPlan(plan).filter(({ severity }) => severity === 'error').length,
    );
  }
});

it('tells all fields of a wrong shape at once, with what they hold and what they may', () => {
  const { findings } = parsePlan({
    name: '',
    profile: 'vmware',
    bandwith: 3,
    locations: [
      { name: 'A', users: -1, uplink: { to: 'B', bandwidthMbitPerSecond: -5 } },
      { name: 'B', users: 'many', workingHours: { start: '8 am' } },
      { users: 1 },
    ],
  });
  const found = new Map(findings?.map((finding) => [finding.path, finding]));
  expect([...found.keys()].sort()).toEqual([
    'bandwith',
    'locations[0].uplink.bandwidthMbitPerSecond',
    'locations[0].users',
    'locations[1].users',
    'locations[1].workingHours.start',
    'locations[2].name',
    'name',
    'profile',
  ]);
  expect(found.get('locations[0].uplink.bandwidthMbitPerSecond')).toMatchObject({
    message: 'locations[0].uplink.bandwidthMbitPerSecond is -5.',
    remedy: 'Correct it: it has to be more than 0.',
  });
  expect(found.get('locations[2].name')?.message).toBe('locations[2].name is missing.');
  expect(found.get('profile')?.remedy).toContain('"medv-1.0"');
});

it.each([{ content: null }, { content: 7 }, { content: 'plan' }, { content: [] }, { content: {} }])(
  'says that $content is no plan',
  ({ content }) => {
    expect(parsePlan(content).findings?.length).toBeGreaterThan(0);
  },
);
