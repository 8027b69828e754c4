import type { BookNote } from './book-notes.ts';
import { assessCandidacy, type Candidacy } from './candidacy/index.ts';
import type { ConsolidationFinding } from './finding.ts';
import { guestThresholds, type HostProfile, hostThresholds } from './hosts/index.ts';
import type { Load } from './load.ts';
import type { Inventory, PhysicalServer } from './physical-server.ts';
import { type Placement, type PlacementInput, type PlacementRules, place } from './placement/index.ts';
import { type Savings, savingsOf } from './savings/index.ts';
import { type MeasuredServer, measuredServer, type SampleTable } from './series/index.ts';
import { type ConsolidationSettings, hostOf } from './settings.ts';

/** Which servers become guests, on how many hosts, and what that saves. */
export interface ConsolidationAssessment {
  readonly settings: ConsolidationSettings;
  readonly host: HostProfile;
  /** What the guests of a host may use together. */
  readonly hostLoad: Load;
  /** What one guest may use on average. */
  readonly guestLoad: Load;
  readonly totals: ConsolidationTotals;
  /** One for each server, by name. */
  readonly candidacies: readonly Candidacy[];
  readonly placements: readonly Placement[];
  readonly savings: Savings;
  /** Errors of the book that bear on the results. */
  readonly notes: readonly BookNote[];
  readonly findings: readonly ConsolidationFinding[];
}

export interface ConsolidationTotals {
  readonly servers: number;
  readonly candidates: number;
  readonly placed: number;
  readonly unplaced: number;
  /** Spares left out. */
  readonly hosts: number;
  readonly spareHosts: number;
  /** What the method of the book needs. */
  readonly bookHosts: number;
  /** What no placement can go below. */
  readonly leastHosts: number;
  /** Guests for each host, spares left out; `null` without hosts. */
  readonly guestsPerHost: number | null;
}

/**
 * Assesses a consolidation: candidacy by averages, placement by what was measured over time, savings. The order of rows
 * does not matter.
 */
export function assessConsolidation(
  inventory: Inventory,
  samples: SampleTable,
  settings: ConsolidationSettings,
): ConsolidationAssessment {
  const host = hostOf(settings);
  const hostLimit = hostThresholds(host);
  const guestLimit = guestThresholds(settings.guest, host);
  const rules = { limits: settings.guest, threshold: guestLimit.load, applications: settings.applications };
  const inputs: PlacementInput[] = [];
  let gaps = 0;
  const candidacies = inventory.servers.map((server) => {
    const measured = measuredServer(server, samples, settings.guest.leastMemoryGb);
    const candidacy = assessCandidacy({ ...server, averages: measured.averages }, rules);
    if (measured.intervalsWithoutSamples > 0) gaps += 1;
    if (candidacy.outcome === 'candidate') inputs.push(placementInput(server, measured, settings));
    return candidacy;
  });
  const placements = place(inputs, placementRules(host, hostLimit.load, samples, settings));
  const totals = totalsOf(candidacies, placements);
  return {
    settings,
    host,
    hostLoad: hostLimit.load,
    guestLoad: guestLimit.load,
    totals,
    candidacies: candidacies.sort((a, b) => (a.server < b.server ? -1 : 1)),
    placements,
    savings: savingsOf(
      {
        machines: machinesThatGo(inventory, placements),
        guests: totals.placed,
        hosts: totals.hosts + totals.spareHosts,
      },
      host,
      settings.prices,
    ),
    notes: [...new Map([...hostLimit.notes, ...guestLimit.notes].map((note) => [note.id, note])).values()],
    findings: findingsOf(inventory, samples, gaps),
  };
}

function placementInput(
  server: PhysicalServer,
  { series }: MeasuredServer,
  { guest }: ConsolidationSettings,
): PlacementInput {
  const { name, location, group, diskGb, cores } = server;
  const { together, spread, spreadLimit, virtualProcessors } = server.placement;
  return {
    name,
    location,
    group,
    series,
    diskGb,
    virtualProcessors: Math.min(virtualProcessors ?? cores, guest.virtualProcessors),
    together,
    spread,
    spreadLimit,
  };
}

function placementRules(
  host: HostProfile,
  load: Load,
  samples: SampleTable,
  settings: ConsolidationSettings,
): PlacementRules {
  const cores = Math.max(host.cores - host.reservedCores, 0);
  return {
    capacity: {
      load,
      diskGb: host.diskGb,
      maxGuests: host.maxGuests,
      virtualProcessors:
        settings.processorsPerCore === null ? null : Math.floor(cores * settings.processorsPerCore),
    },
    intervalCount: Math.max(samples.intervalCount, 1),
    timeOf: (interval) => {
      if (samples.intervalCount === 0) return '';
      const atMs = samples.startMs + interval * samples.intervalHours * 3_600_000;
      return ` at ${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
    },
    maxHosts: settings.maxHosts ?? Number.POSITIVE_INFINITY,
    sparesPerCluster: settings.sparesPerCluster,
    clusterHosts: settings.clusterHosts,
  };
}

function totalsOf(candidacies: readonly Candidacy[], placements: readonly Placement[]): ConsolidationTotals {
  const total = (of: (placement: Placement) => number) => placements.reduce((sum, each) => sum + of(each), 0);
  const hosts = total((each) => each.hosts.length);
  const placed = total((each) => each.hosts.reduce((sum, { guests }) => sum + guests.length, 0));
  return {
    servers: candidacies.length,
    candidates: candidacies.filter(({ outcome }) => outcome === 'candidate').length,
    placed,
    unplaced: total(({ unplaced }) => unplaced.length),
    hosts,
    spareHosts: total(({ spareHosts }) => spareHosts),
    bookHosts: total(({ bookHosts }) => bookHosts),
    leastHosts: total(({ bound }) => bound.hosts),
    guestsPerHost: hosts === 0 ? null : placed / hosts,
  };
}

/** Servers that are placed; of guests, the hosts that none of them stays on. */
function machinesThatGo({ servers, hosts }: Inventory, placements: readonly Placement[]) {
  const placed = new Set(
    placements.flatMap((each) => each.hosts.flatMap(({ guests }) => guests.map(({ name }) => name))),
  );
  return [
    ...servers.filter(({ isGuest, name }) => !isGuest && placed.has(name)),
    ...hosts.filter(({ guests }) => guests.every((name) => placed.has(name))),
  ];
}

function findingsOf(
  { servers }: Inventory,
  samples: SampleTable,
  serversWithGaps: number,
): ConsolidationFinding[] {
  const warning = (
    code: ConsolidationFinding['code'],
    place: string,
    message: string,
    remedy: string,
  ): ConsolidationFinding => ({ severity: 'warning', code, place, message, remedy });
  const days = (samples.intervalCount * samples.intervalHours) / 24;
  const unmeasured = (['disk', 'network'] as const).flatMap((resource) => {
    const count = servers.filter((server) => !isKnown(server, samples, resource)).length;
    return count === 0 ? [] : [`${resource} throughput of ${count}`];
  });
  return [
    ...(unmeasured.length === 0
      ? []
      : [
          warning(
            'NOT_MEASURED',
            'Servers',
            `Of ${servers.length} servers, nothing is known of the ${unmeasured.join(' and the ')}; it counts as nothing.`,
            'Add samples of these counters, or averages to the inventory.',
          ),
        ]),
    ...(days >= 28
      ? []
      : [
          warning(
            'SAMPLES_FEW',
            'Samples',
            days === 0
              ? 'There are no samples: averages stand for all times, and peaks are not seen.'
              : `The samples span ${Math.ceil(days)} of the 30 days that the book asks for (L2073).`,
            'Collect a sample every five minutes for 30 days, month end included.',
          ),
        ]),
    ...(serversWithGaps === 0
      ? []
      : [
          warning(
            'SAMPLES_GAPS',
            'Samples',
            `${serversWithGaps} servers have intervals without samples; their mean stands there.`,
            'Collect from all servers over the same time.',
          ),
        ]),
  ];
}

function isKnown(
  { name, averages }: PhysicalServer,
  samples: SampleTable,
  resource: 'disk' | 'network',
): boolean {
  return resource === 'disk'
    ? averages.diskReadMbPerSecond !== null ||
        averages.diskWriteMbPerSecond !== null ||
        samples.has(name, 'diskReadMbPerSecond')
    : averages.networkSendBytesPerSecond !== null ||
        averages.networkReceiveBytesPerSecond !== null ||
        samples.has(name, 'networkTotalMbitPerSecond') ||
        samples.has(name, 'networkSentMbitPerSecond');
}
