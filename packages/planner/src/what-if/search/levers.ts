import type { Location, Plan, Workspace } from '../../plan-file/index.ts';
import { profileWith } from '../../profiles/index.ts';
import type { PathStep, PlanEdit } from '../plan-path.ts';

/** Something about a plan that may be changed to make it cheaper, or to meet its service levels. */
export interface Lever {
  readonly kind: 'technique' | 'repository' | 'office-peers' | 'link' | 'share';
  readonly name: string;
  /** The first is as planned. */
  readonly options: readonly LeverOption[];
}

export interface LeverOption {
  readonly label: string;
  readonly edits: readonly PlanEdit[];
}

/** What a search may change. */
export interface LeverChoice {
  /** How workspaces get their first version. */
  readonly techniques?: boolean;
  /** Whether servers may stand at locations that allow it. */
  readonly repositories?: boolean;
  /** Faster links, where the plan says what the present one costs. */
  readonly links?: boolean;
  /** Computers of a location give each other data. */
  readonly officePeers?: boolean;
  /** What downloads may take of links. */
  readonly shares?: boolean;
  /**
   * Part of the price of a link that grows with its bandwidth: a link ten times as fast costs 10 to the power of this
   * times as much. 0.6 unless told otherwise: four times the price.
   */
  readonly linkPriceExponent?: number;
}

const linkFactors = [2, 5, 10] as const;
const shareOptions = [0.5, 0.75, 0.9] as const;

/** Everything about a plan that a search may change; in the same order for plans with the same rows. */
export function leversOf(plan: Plan, choice: LeverChoice = {}): Lever[] {
  const { techniques = true, repositories = true, links = true, officePeers = true, shares = true } = choice;
  const { limits } = profileWith(plan.profile, plan.limits);
  const workspaces = sortedByName(plan.workspaces);
  const locations = sortedByName(plan.locations).filter(({ isIsolated }) => !isIsolated);
  return [
    ...(techniques ? workspaces.flatMap(techniqueLever) : []),
    ...(repositories ? locations.flatMap(repositoryLever) : []),
    ...(officePeers && limits.hasOfficePeers ? locations.flatMap(peersLever) : []),
    ...(links ? locations.flatMap((location) => linkLever(location, choice.linkPriceExponent ?? 0.6)) : []),
    ...(shares ? [sharesLever(plan)] : []),
  ].filter(({ options }) => options.length > 1);
}

function sortedByName<T extends { readonly name: string }>(rows: readonly T[]): T[] {
  return rows.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Where the plan lays a technique down, it stays. */
function techniqueLever({ name, distribution }: Workspace): Lever[] {
  if (distribution !== 'decide') return [];
  const path = [field('workspaces'), row(name), field('distribution')];
  return [
    {
      kind: 'technique',
      name: `first version of ${name}`,
      options: [
        { label: 'decided for each location', edits: [] },
        { label: 'over the network everywhere', edits: [{ path, value: 'network' }] },
        { label: 'on removable media everywhere', edits: [{ path, value: 'removable-media' }] },
      ],
    },
  ];
}

/** One that stands already stays. */
function repositoryLever({ name, mayHostRepository, hasRepository, uplink }: Location): Lever[] {
  if (!mayHostRepository || hasRepository || uplink === null) return [];
  const path = [field('locations'), row(name), field('mayHostRepository')];
  return [
    {
      kind: 'repository',
      name: `repository at ${name}`,
      options: [
        { label: 'where needed', edits: [] },
        { label: 'none', edits: [{ path, value: false }] },
      ],
    },
  ];
}

function peersLever({ name, hasOfficePeers, users }: Location): Lever[] {
  if (hasOfficePeers || users < 2) return [];
  const path = [field('locations'), row(name), field('hasOfficePeers')];
  return [
    {
      kind: 'office-peers',
      name: `office peers at ${name}`,
      options: [
        { label: 'off', edits: [] },
        { label: 'on', edits: [{ path, value: true }] },
      ],
    },
  ];
}

function linkLever({ name, uplink }: Location, exponent: number): Lever[] {
  // What costs nothing, so far as the plan knows, could be had ten times as fast for nothing.
  if (uplink === null || uplink.monthlyCost === 0) return [];
  const at = [field('locations'), row(name), field('uplink')];
  const faster = linkFactors.map((factor) => {
    const bandwidth = uplink.bandwidthMbitPerSecond * factor;
    const monthlyCost = Math.round(uplink.monthlyCost * factor ** exponent);
    return {
      label: `${bandwidth} Mbit/s`,
      edits: [
        { path: [...at, field('bandwidthMbitPerSecond')], value: bandwidth },
        { path: [...at, field('monthlyCost')], value: monthlyCost },
      ],
    };
  });
  return [
    {
      kind: 'link',
      name: `link of ${name}`,
      options: [{ label: `${uplink.bandwidthMbitPerSecond} Mbit/s`, edits: [] }, ...faster],
    },
  ];
}

/** Only more than planned: less never meets a service level that more does not. */
function sharesLever({ delivery }: Plan): Lever {
  const present = delivery.workingHoursShare;
  const path = [field('delivery'), field('workingHoursShare')];
  const more = shareOptions
    .filter((share) => share > present)
    .map((share) => ({ label: String(share), edits: [{ path, value: share }] }));
  return {
    kind: 'share',
    name: 'share of links in working hours',
    options: [{ label: String(present), edits: [] }, ...more],
  };
}

function field(name: string): PathStep {
  return { kind: 'field', name };
}

function row(name: string): PathStep {
  return { kind: 'row', name };
}
