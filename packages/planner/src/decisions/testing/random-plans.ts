import fc from 'fast-check';
import { type Plan, type PlanInput, planSchema } from '../../plan-file/index.ts';

type LocationInput = NonNullable<PlanInput['locations']>[number];
type WorkspaceInput = NonNullable<PlanInput['workspaces']>[number];

const locationFields = fc.record({
  users: fc.integer({ min: 0, max: 8000 }),
  bandwidth: fc.constantFrom(2, 10, 50, 100, 1000),
  parent: fc.nat(),
  mayHostRepository: fc.boolean(),
  hasLibrary: fc.boolean(),
  hasRepository: fc.integer({ min: 0, max: 4 }).map((value) => value === 0),
  hasOfficePeers: fc.boolean(),
  isIsolated: fc.integer({ min: 0, max: 9 }).map((value) => value === 0),
  isPartner: fc.integer({ min: 0, max: 5 }).map((value) => value === 0),
});

const workspaceFields = fc.record({
  image: fc.nat(),
  share: fc.constantFrom(0.2, 0.5, 1),
  initialLoadHours: fc.constantFrom(8, 24, 100, 1000),
  updateHours: fc.constantFrom(8, 72, 1000),
  distribution: fc.constantFrom(
    'decide' as const,
    'decide' as const,
    'network' as const,
    'pre-stage' as const,
  ),
  offlineLimitHours: fc.constantFrom(0, 4, 168, null),
});

/** Plans that are sound, though perhaps with service levels that no design can meet. */
export const soundPlans: fc.Arbitrary<Plan> = fc
  .record({
    profile: fc.constantFrom('carrel' as const, 'medv-1.0' as const),
    locations: fc.array(locationFields, { minLength: 1, maxLength: 9 }),
    images: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 3 }),
    workspaces: fc.array(workspaceFields, { minLength: 1, maxLength: 4 }),
    travelling: fc.integer({ min: 0, max: 50 }),
    isLawful: fc.boolean(),
    isApart: fc.boolean(),
    growth: fc.constantFrom(0, 0.1),
  })
  .map(({ profile, locations, images, workspaces, travelling, isLawful, isApart, growth }) => {
    const places = locations.map((fields, at) => locationOf(fields, at));
    // Somebody has to be there.
    const [centre] = places;
    const inhabited = centre ? [{ ...centre, users: centre.users + 1 }, ...places.slice(1)] : places;
    const last = inhabited.at(-1);
    return planSchema.parse({
      name: 'Random',
      profile,
      locations: inhabited,
      trustDomains: [{ name: 'partner', isTrusted: false }],
      images: images.map((dataGb, at) => ({ name: `I${at}`, sizeGb: dataGb * 2, dataGb })),
      workspaces: workspaces.map(
        (fields, at): WorkspaceInput => ({
          name: `W${at}`,
          image: `I${fields.image % images.length}`,
          distribution: fields.distribution,
          offlineLimitHours: fields.offlineLimitHours,
          serviceLevels: { initialLoadHours: fields.initialLoadHours, updateHours: fields.updateHours },
          population: inhabited.map(({ name, users }) => ({
            location: name,
            users: Math.ceil(users * fields.share),
          })),
        }),
      ),
      travellers: last && travelling > 0 ? [{ from: 'L0', to: [last.name], users: travelling }] : [],
      separations: [
        ...(isLawful && last
          ? [{ kind: 'law', name: 'Apart', reason: 'the law', locations: [last.name] } as const]
          : []),
        ...(isApart
          ? [{ kind: 'organisation', name: 'Own', reason: 'its own people', workspaces: ['W0'] } as const]
          : []),
      ],
      growth: { usersPerYearShare: growth, years: 2 },
    });
  });

function locationOf(
  fields: typeof locationFields extends fc.Arbitrary<infer Fields> ? Fields : never,
  at: number,
): LocationInput {
  const { users, hasLibrary, hasRepository, hasOfficePeers, isPartner } = fields;
  const mayHostRepository = at === 0 || fields.mayHostRepository;
  const base = {
    name: `L${at}`,
    users,
    mayHostRepository,
    hasLibrary,
    hasRepository: mayHostRepository && hasRepository,
    hasOfficePeers,
    trustDomain: isPartner && at > 0 ? 'partner' : null,
  };
  if (at === 0) return base;
  if (fields.isIsolated) return { ...base, isIsolated: true };
  return { ...base, uplink: { to: `L${fields.parent % at}`, bandwidthMbitPerSecond: fields.bandwidth } };
}
