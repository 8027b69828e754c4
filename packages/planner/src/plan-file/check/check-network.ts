import type { Finding } from '../finding.ts';
import type { Location } from '../location-schema.ts';
import type { Plan } from '../plan-schema.ts';
import { error, warning } from './findings.ts';

/** Circles, networks that do not hang together, and links that carry nothing. */
export function checkNetwork(plan: Plan): Finding[] {
  return [
    ...cycles(plan.locations),
    ...split(plan.locations),
    ...plan.locations.flatMap((location, at) => checkLocation(location, at)),
    ...checkDelivery(plan),
    ...checkServerPlace(plan),
  ];
}

function cycles(locations: readonly Location[]): Finding[] {
  const byName = new Map<string, { readonly location: Location; readonly at: number }>();
  for (const [at, location] of locations.entries()) {
    if (!byName.has(location.name)) byName.set(location.name, { location, at });
  }
  const isChecked = new Set<string>();
  return locations.flatMap(({ name }): Finding[] => {
    const way: string[] = [];
    const onWay = new Set<string>();
    let at: string | undefined = name;
    while (at !== undefined && !isChecked.has(at) && !onWay.has(at)) {
      way.push(at);
      onWay.add(at);
      at = byName.get(at)?.location.uplink?.to;
    }
    for (const passed of way) isChecked.add(passed);
    if (at === undefined || !onWay.has(at)) return [];
    const circle = [...way.slice(way.indexOf(at)), at];
    return [
      error(
        'PLAN_LINK_CYCLE',
        `locations[${byName.get(at)?.at ?? 0}].uplink.to`,
        `Uplinks go in a circle: ${circle.join(' → ')}.`,
        'An uplink leads towards the centre; give the one that is the centre none.',
      ),
    ];
  });
}

function split(locations: readonly Location[]): Finding[] {
  const centres = locations.flatMap((location, at) =>
    location.uplink === null && !location.isIsolated ? [{ name: location.name, at }] : [],
  );
  const [first, ...others] = centres;
  if (!first) return [];
  return others.map(({ name, at }) =>
    error(
      'PLAN_NETWORK_SPLIT',
      `locations[${at}].uplink`,
      `${name} has no uplink, and so has ${first.name}: neither can be reached from the other.`,
      'Give it the link it is reached by, or set isIsolated where there is none.',
    ),
  );
}

function checkLocation(location: Location, at: number): Finding[] {
  const { name, isIsolated, uplink, workingHours, hasRepository, mayHostRepository } = location;
  const findings: Finding[] = [];
  if (hasRepository && !mayHostRepository) {
    findings.push(
      error(
        'PLAN_REPOSITORY_PLACE',
        `locations[${at}].hasRepository`,
        `A repository stands in ${name}, where none may stand.`,
        'Set mayHostRepository, or take hasRepository away if it goes.',
      ),
    );
  }
  if (isIsolated && uplink !== null) {
    findings.push(
      error(
        'PLAN_ISOLATED_WITH_UPLINK',
        `locations[${at}].isIsolated`,
        `${name} is isolated and has an uplink to ${uplink.to}.`,
        'Take away one of them; what hangs below an isolated location is isolated with it.',
      ),
    );
  }
  if (workingHours.start >= workingHours.end) {
    findings.push(
      error(
        'PLAN_HOURS_REVERSED',
        `locations[${at}].workingHours.end`,
        `Work in ${name} ends at ${workingHours.end}, which is not after ${workingHours.start}.`,
        'Give a later end; 24:00 is the latest.',
      ),
    );
  }
  return findings;
}

function checkDelivery({ delivery, locations }: Plan): Finding[] {
  if (delivery.offHoursShare > 0) return [];
  const starved = locations.findIndex(
    ({ uplink, workingHours }) =>
      uplink !== null &&
      (Math.min(delivery.workingHoursShare, 1 - uplink.otherTrafficShare) <= 0 ||
        workingHours.days.length === 0),
  );
  if (starved < 0) return [];
  return [
    error(
      'PLAN_NO_BANDWIDTH',
      'delivery.offHoursShare',
      `Downloads get nothing of the link of ${locations[starved]?.name ?? ''}, at no time of day.`,
      'Give them a share of the link in working hours or outside of them.',
    ),
  ];
}

function checkServerPlace({ placement, locations }: Plan): Finding[] {
  const at = locations.find(({ name }) => name === placement.server);
  if (!at || (at.mayHostRepository && !at.isIsolated)) return [];
  return [
    warning(
      'PLAN_SERVER_PLACE',
      'placement.server',
      at.isIsolated
        ? `${at.name} is isolated: servers there reach nobody else.`
        : `Servers are wanted in ${at.name}, where none may stand.`,
      'Name another location, or set mayHostRepository there.',
    ),
  ];
}
