import { carrelProfile } from './carrel.ts';
import type { Limits } from './limits.ts';
import { medvProfile } from './medv.ts';
import type { ProductProfile, ProfileName } from './profile.ts';

export { type Limits, limitOverridesSchema, limitsSchema } from './limits.ts';
export { type ProductProfile, type ProfileName, profileNames } from './profile.ts';

const profiles: Readonly<Record<ProfileName, ProductProfile>> = {
  carrel: carrelProfile,
  'medv-1.0': medvProfile,
};

/** The profile of a name, as published. */
export function profileOf(name: ProfileName): ProductProfile {
  return profiles[name];
}

/** The profile with the limits that a plan sets itself; their source is then the plan. */
export function profileWith(
  name: ProfileName,
  overrides: { readonly [K in keyof Limits]?: Limits[K] | undefined },
): ProductProfile {
  const profile = profiles[name];
  const given = Object.entries(overrides).filter(([, value]) => value !== undefined);
  return {
    ...profile,
    limits: { ...profile.limits, ...(Object.fromEntries(given) as Partial<Limits>) },
    sources: {
      ...profile.sources,
      ...Object.fromEntries(given.map(([name]) => [name, 'the plan, under limits'])),
    },
  };
}
