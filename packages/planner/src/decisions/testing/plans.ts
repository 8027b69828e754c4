import { type Plan, type PlanInput, parsePlan } from '../../plan-file/index.ts';

/** A plan from what a file would say; fails the test where it is none. */
export function planOf(input: Omit<PlanInput, 'name'>): Plan {
  const { plan, findings } = parsePlan({ name: 'Test', ...input });
  if (!plan) throw new Error(findings.map(({ message }) => message).join('\n'));
  return plan;
}

/** Links that carry all they can at every hour, and clients that load nothing twice, as the guide computes. */
export const fullLinks = { workingHoursShare: 1, offHoursShare: 1, retryShare: 0 };

type LocationInput = NonNullable<PlanInput['locations']>[number];

/** A location behind a link without other traffic. */
export function behind(to: string, bandwidthMbitPerSecond: number, location: LocationInput): LocationInput {
  return { ...location, uplink: { to, bandwidthMbitPerSecond, otherTrafficShare: 0 } };
}

/** A workspace that everybody at every location gets. */
export function forEverybody(
  locations: readonly LocationInput[],
  workspace: Omit<NonNullable<PlanInput['workspaces']>[number], 'population'>,
): NonNullable<PlanInput['workspaces']>[number] {
  return { ...workspace, population: locations.map(({ name, users }) => ({ location: name, users })) };
}
