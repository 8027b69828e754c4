import type { Finding } from '../finding.ts';
import type { Plan } from '../plan-schema.ts';
import { error } from './findings.ts';

/** Names that two things share, and names that nothing has. */
export function checkNames(plan: Plan): Finding[] {
  return [...namesTwice(plan), ...unknownNames(plan)];
}

const lists = ['locations', 'trustDomains', 'separations', 'images', 'workspaces'] as const;

function namesTwice(plan: Plan): Finding[] {
  return lists.flatMap((list) => {
    const first = new Map<string, number>();
    const things: readonly { readonly name: string }[] = plan[list];
    return things.flatMap(({ name }, at): Finding[] => {
      const earlier = first.get(name);
      if (earlier === undefined) {
        first.set(name, at);
        return [];
      }
      return [
        error(
          'PLAN_NAME_TWICE',
          `${list}[${at}].name`,
          `${name} is the name of ${list}[${earlier}] already.`,
          'Give one of them another name, or put both together.',
        ),
      ];
    });
  });
}

function unknownNames(plan: Plan): Finding[] {
  const find = {
    location: finder('location', plan.locations),
    trustDomain: finder('trust domain', plan.trustDomains),
    image: finder('image', plan.images),
    workspace: finder('workspace', plan.workspaces),
  };
  return [
    ...plan.locations.flatMap(({ uplink, trustDomain }, at) => [
      ...(uplink === null ? [] : find.location(uplink.to, `locations[${at}].uplink.to`)),
      ...(trustDomain === null ? [] : find.trustDomain(trustDomain, `locations[${at}].trustDomain`)),
    ]),
    ...plan.travellers.flatMap(({ from, to }, at) => [
      ...find.location(from, `travellers[${at}].from`),
      ...to.flatMap((name, toAt) => find.location(name, `travellers[${at}].to[${toAt}]`)),
    ]),
    ...plan.separations.flatMap(({ locations, workspaces }, at) => [
      ...locations.flatMap((name, of) => find.location(name, `separations[${at}].locations[${of}]`)),
      ...workspaces.flatMap((name, of) => find.workspace(name, `separations[${at}].workspaces[${of}]`)),
    ]),
    ...plan.workspaces.flatMap(({ image, population }, at) => [
      ...find.image(image, `workspaces[${at}].image`),
      ...population.flatMap(({ location }, of) =>
        find.location(location, `workspaces[${at}].population[${of}].location`),
      ),
    ]),
    ...plan.consoles.flatMap(({ location }, at) => find.location(location, `consoles[${at}].location`)),
    ...(plan.placement.server === null ? [] : find.location(plan.placement.server, 'placement.server')),
  ];
}

function finder(
  kind: string,
  things: readonly { readonly name: string }[],
): (name: string, path: string) => Finding[] {
  const known = new Set(things.map(({ name }) => name));
  const folded = new Map(things.map(({ name }) => [name.toLocaleLowerCase('en'), name]));
  return (name, path) => {
    if (known.has(name)) return [];
    const alike = folded.get(name.toLocaleLowerCase('en'));
    return [
      error(
        'PLAN_NAME_UNKNOWN',
        path,
        `There is no ${kind} ${name}.`,
        alike === undefined ? `Add the ${kind}, or name one that there is.` : `Write it ${alike}.`,
      ),
    ];
  };
}
