/** A server that would be replaced in some year. */
export interface Refresh {
  readonly year: number;
  readonly cost: number;
}

/** What replacing would have cost in each of the years from the first (F14, L3427). */
export function refreshAvoidance(refreshes: readonly Refresh[], startYear: number, years: number): number[] {
  return Array.from({ length: years }, (_, index) =>
    refreshes.filter(({ year }) => year === startYear + index).reduce((sum, { cost }) => sum + cost, 0),
  );
}

/** What a new deployment saves as guests (F15, L3432): its physical servers less the hosts. */
export function newBuildSaving(physicalCost: number, hosts: number, hostCost: number): number {
  return physicalCost - hosts * hostCost;
}

/** Hosts that an assumed ratio of guests to a host asks for (L3436, L3649). */
export function hostsByRatio(guests: number, guestsPerHost: number): number {
  return Math.ceil(guests / guestsPerHost);
}
