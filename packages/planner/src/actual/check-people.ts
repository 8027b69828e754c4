import type { Measurements } from '@carrel/contract';
import type { Plan } from '../plan-file/index.ts';
import { type AssumptionCheck, checkAssumption, rowPath } from './assumption.ts';

const fewer = 'Fewer than planned is no error of the plan while computers are still being enrolled.';

/** Computers by location, and people by workspace and location; a location is known by the tag of its name. */
export function checkPeople(plan: Plan, measurements: Measurements): AssumptionCheck[] {
  const computers = byTag(measurements.devices);
  const locations = plan.locations.flatMap(({ name, users }) => {
    const measured = computers.get(name.toLowerCase());
    if (measured === undefined) return [];
    return checkAssumption({
      name: `Users at ${name}`,
      unit: 'users',
      planned: users,
      measured,
      basis: `${measured} computers with the tag`,
      path: rowPath('locations', name, 'users'),
      whenLower: fewer,
    });
  });
  const workspaces = new Map(
    measurements.workspaces.map((workspace) => [workspace.name.toLowerCase(), workspace]),
  );
  const populations = plan.workspaces.flatMap(({ name, population }) => {
    const people = byTag(workspaces.get(name.toLowerCase())?.people ?? []);
    return population.flatMap(({ location, users }) => {
      const measured = people.get(location.toLowerCase());
      if (measured === undefined) return [];
      return checkAssumption({
        name: `People of ${name} at ${location}`,
        unit: 'users',
        planned: users,
        measured,
        basis: `${measured} permissions on computers with the tag`,
        path: [
          ...rowPath('workspaces', name, 'population'),
          { kind: 'row', name: location },
          { kind: 'field', name: 'users' },
        ],
        whenLower: fewer,
      });
    });
  });
  return [...locations, ...populations];
}

/** Counts by tag in lower case, without that of everything. */
export function byTag(counts: readonly { tag: string | null; count: number }[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { tag, count } of counts) {
    if (tag !== null) sums.set(tag.toLowerCase(), (sums.get(tag.toLowerCase()) ?? 0) + count);
  }
  return sums;
}
