import type { Finding } from '../finding.ts';
import type { Plan } from '../plan-schema.ts';
import { error, warning } from './findings.ts';

/** Whether there is somebody to plan for, and whether counts fit each other. */
export function checkPeople(plan: Plan): Finding[] {
  return [
    ...checkPresence(plan),
    ...checkPopulations(plan),
    ...checkLocationUsers(plan),
    ...checkTravellers(plan),
  ];
}

function checkPresence({ locations, workspaces }: Plan): Finding[] {
  const findings: Finding[] = [];
  if (locations.length === 0) {
    findings.push(
      error('PLAN_NO_LOCATIONS', 'locations', 'There is no location.', 'Add the places where people work.'),
    );
  } else if (locations.every(({ users }) => users === 0)) {
    findings.push(
      error(
        'PLAN_NO_USERS',
        'locations',
        'No location has a user.',
        'Give each location its number of users.',
      ),
    );
  }
  if (workspaces.length === 0) {
    findings.push(
      error(
        'PLAN_NO_WORKSPACES',
        'workspaces',
        'There is no workspace.',
        'Add an image and a workspace that runs it.',
      ),
    );
  }
  return findings;
}

function checkPopulations({ locations, workspaces }: Plan): Finding[] {
  const users = new Map(locations.map((location) => [location.name, location.users]));
  return workspaces.flatMap(({ name, population }, at) => {
    if (population.every((entry) => entry.users === 0)) {
      return [
        error(
          'PLAN_NO_USERS',
          `workspaces[${at}].population`,
          `Nobody gets the workspace ${name}.`,
          'Say how many people get it at which location, or remove it.',
        ),
      ];
    }
    const seen = new Set<string>();
    return population.flatMap((entry, of): Finding[] => {
      const path = `workspaces[${at}].population[${of}]`;
      const isTwice = seen.has(entry.location);
      seen.add(entry.location);
      if (isTwice) {
        const message = `${entry.location} is in the population of ${name} twice.`;
        return [error('PLAN_POPULATION_TWICE', `${path}.location`, message, 'Put both numbers together.')];
      }
      const there = users.get(entry.location);
      if (there === undefined || entry.users <= there) return [];
      return [
        error(
          'PLAN_POPULATION',
          `${path}.users`,
          `${shown(entry.users)} people in ${entry.location} get ${name}, but ${shown(there)} work there.`,
          `Raise the users of ${entry.location} or lower this number.`,
        ),
      ];
    });
  });
}

function checkLocationUsers({ locations, workspaces }: Plan): Finding[] {
  const served = new Map<string, number>();
  for (const { population } of workspaces) {
    for (const { location, users } of population) served.set(location, (served.get(location) ?? 0) + users);
  }
  return locations.flatMap(({ name, users }, at): Finding[] => {
    const most = served.get(name) ?? 0;
    if (workspaces.length === 0 || users <= most) return [];
    return [
      warning(
        'PLAN_USERS_WITHOUT_WORKSPACE',
        `locations[${at}].users`,
        most === 0
          ? `${name} has ${shown(users)} users, and none of them gets a workspace.`
          : `${name} has ${shown(users)} users, and at most ${shown(most)} of them get a workspace.`,
        'Give them a workspace, or count only those who are to have one.',
      ),
    ];
  });
}

function checkTravellers({ locations, travellers }: Plan): Finding[] {
  const users = new Map(locations.map((location) => [location.name, location.users]));
  return travellers.flatMap((group, at): Finding[] => {
    const there = users.get(group.from);
    if (there === undefined || group.users <= there) return [];
    return [
      warning(
        'PLAN_TRAVELLERS',
        `travellers[${at}].users`,
        `${shown(group.users)} people travel from ${group.from}, where ${shown(there)} are based.`,
        'Count only those who may be away at the same time.',
      ),
    ];
  });
}

function shown(people: number): string {
  return people.toLocaleString('en');
}
