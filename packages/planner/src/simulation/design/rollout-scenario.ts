import { payloadsOf, peerCopiesOf } from '../../decisions/delivery/index.ts';
import type { Design, DistributionChoice } from '../../decisions/index.ts';
import { buildNetwork } from '../../decisions/network/index.ts';
import { countPeople } from '../../decisions/scope/index.ts';
import type { Location, Workspace } from '../../plan-file/index.ts';
import { rateOfMbit } from '../../quantities/index.ts';
import type { ClientGroup, RequestServer, Scenario } from '../engine/scenario.ts';
import { groupId } from './group-id.ts';
import { linesOf } from './lines-of.ts';
import { placeTravellers } from './travellers.ts';

export interface RolloutOptions {
  readonly kind: 'initial' | 'update';
  /** Names; all unless told otherwise. */
  readonly workspaces?: readonly string[];
  /** Seconds after Monday 00:00 UTC; Monday 08:00 UTC unless told otherwise. */
  readonly startsAtSeconds?: number;
}

const defaultStartSeconds = 8 * 3600;

/**
 * The rollout of a design: the first version of workspaces to everybody, or the next one. Repositories hold it when it
 * is announced. Clients begin within the plan's stagger hours, ask their instance's server, and load from the
 * repository that the design gives them.
 */
export function rolloutScenario(design: Design, options: RolloutOptions): Scenario {
  const { plan, profile } = design;
  const chosen = design.distribution.filter(
    ({ workspace }) => options.workspaces?.includes(workspace) ?? true,
  );
  const network = buildNetwork(plan);
  const workspaces = new Map(plan.workspaces.map((workspace) => [workspace.name, workspace]));
  const people = countPeople(plan, network);
  const payloads = payloadsOf(plan, people.workspaces, profile.limits);
  const bootShares = new Map(
    people.workspaces.map(({ name }, at) => {
      const { bootBytes = 0, initialBytes = 0 } = payloads[at] ?? {};
      return [name, initialBytes === 0 ? 0 : Math.min(1, bootBytes / initialBytes)];
    }),
  );
  const places = new Map(plan.locations.map((location) => [location.name, location]));
  const { lines, wayOf } = linesOf(design, network);
  const { residentsOf, travellers } = placeTravellers(plan, network, people, chosen);
  const groups = chosen.map((choice): ClientGroup => {
    const bootShare = bootShares.get(choice.workspace) ?? 1;
    const common = {
      id: groupId(choice),
      location: choice.location,
      workspace: choice.workspace,
      clients: residentsOf(choice),
      ...serviceOf(design, workspaces.get(choice.workspace), choice, options.kind),
    };
    return options.kind === 'initial' && choice.technique !== 'network'
      ? { ...common, ...withoutNetwork(design, choice) }
      : {
          ...common,
          ...overNetwork(design, places.get(choice.location), choice, options.kind, bootShare),
          ...wayOf(choice),
        };
  });
  return {
    kind: options.kind,
    startsAtSeconds: options.startsAtSeconds ?? defaultStartSeconds,
    lines,
    servers: serversOf(design),
    groups,
    travellers,
  };
}

type Transfer = Pick<
  ClientGroup,
  'bytes' | 'bootBytes' | 'maxBytesPerSecond' | 'staggerSeconds' | 'retryShare' | 'peers'
>;

function overNetwork(
  { plan, profile }: Design,
  place: Location | undefined,
  choice: DistributionChoice,
  kind: Scenario['kind'],
  bootShare: number,
): Transfer {
  const { retryShare, staggerHours, maxRateMbitPerSecond } = plan.delivery;
  const { limits } = profile;
  const lan = place?.lanMbitPerSecond ?? 0;
  const hasPeers = limits.hasOfficePeers && (place?.hasOfficePeers ?? false) && choice.users > 1;
  const bytes = (kind === 'initial' ? choice.initialBytes : choice.updateBytes) / (1 + retryShare);
  return {
    bytes: hasPeers ? bytes * (1 + retryShare) : bytes,
    // A new version is used when it is complete; until then people work with the old one.
    bootBytes: kind === 'initial' ? bytes * bootShare : bytes,
    maxBytesPerSecond: rateOfMbit(Math.min(lan, maxRateMbitPerSecond ?? Infinity)),
    staggerSeconds: staggerHours * 3600,
    retryShare,
    peers: hasPeers
      ? {
          bytesPerSecond: rateOfMbit(Math.min(lan, limits.officePeerMbitPerSecond)),
          copies: peerCopiesOf(limits),
        }
      : null,
  };
}

/** Staged before: there at once. On media: one computer after the other, several media at a time. */
function withoutNetwork({ plan }: Design, choice: DistributionChoice): Transfer & { lineIds: string[] } {
  const { computersPerMedium, mediumMinutesPerComputer } = plan.costs;
  const turns = Math.min(choice.users, computersPerMedium);
  const isCarried = choice.technique === 'removable-media';
  return {
    lineIds: [],
    bytes: 0,
    bootBytes: 0,
    maxBytesPerSecond: 1,
    staggerSeconds: isCarried ? turns * mediumMinutesPerComputer * 60 : 0,
    retryShare: 0,
    peers: null,
  };
}

function serviceOf(
  { profile }: Design,
  workspace: Workspace | undefined,
  choice: DistributionChoice,
  kind: Scenario['kind'],
): Pick<ClientGroup, 'serverId' | 'serviceLevelSeconds' | 'fixedSeconds'> {
  const levels = workspace?.serviceLevels;
  const hours = kind === 'initial' ? levels?.initialLoadHours : levels?.updateHours;
  return {
    serverId: profile.limits.contactsPerSecond === null ? null : choice.instance,
    serviceLevelSeconds: hours === undefined ? null : hours * 3600,
    fixedSeconds: 0,
  };
}

function serversOf({ instances, profile }: Design): RequestServer[] {
  const { contactsPerSecond } = profile.limits;
  if (contactsPerSecond === null) return [];
  return instances.map(({ name }) => ({ id: name, serviceSeconds: 1 / contactsPerSecond }));
}
