import { type BookNote, notesOf } from '../book-notes.ts';
import type { HostProfile } from '../hosts/index.ts';
import type { RetiredMachine } from '../physical-server.ts';
import { coolingOf, totalEnergyKilowattHoursPerYear } from './energy.ts';
import type { Prices } from './prices.ts';
import { newBuildSaving, refreshAvoidance } from './refresh.ts';
import { rackUnitsOf, switchesFreed } from './space.ts';

/** A quantity without and with consolidation; what is saved is the difference, the hosts' own share taken off (L3526). */
export interface BeforeAfter {
  readonly before: number;
  readonly after: number;
  readonly saved: number;
}

/** What consolidation saves; what cannot be told for want of a figure is `null`. Money in the currency of the prices. */
export interface Savings {
  readonly servers: BeforeAfter;
  readonly rackUnits: BeforeAfter | null;
  readonly racks: number | null;
  readonly energyKilowattHoursPerYear: BeforeAfter | null;
  readonly coolingKilowattHoursPerYear: BeforeAfter | null;
  readonly energyCostPerYear: number | null;
  readonly coolingCostPerYear: number | null;
  readonly consoleSwitches: number;
  readonly networkSwitches: number;
  /** Avoided replacements, one value a year. */
  readonly refreshAvoidance: readonly number[];
  /** Of servers that are planned and would not have to be bought. */
  readonly newBuild: number | null;
  readonly returnOnInvestment: ReturnOnInvestment | null;
  /** Names of figures that are missing, and of how many servers. */
  readonly missing: readonly string[];
  readonly notes: readonly BookNote[];
}

/** Savings less the cost of deploying and operating (F17, L5473), over all years. */
export interface ReturnOnInvestment {
  readonly saved: number;
  readonly deployment: number;
  readonly operation: number;
  readonly total: number;
  /** How much comes back for each unit of money spent; `null` when nothing is spent. */
  readonly ratio: number | null;
}

/** What is consolidated, and onto how much. */
export interface Consolidation {
  /** Machines that go. */
  readonly machines: readonly RetiredMachine[];
  /** Guests that have to be made or moved. */
  readonly guests: number;
  /** Hosts to be bought, spares included. */
  readonly hosts: number;
}

/** What a consolidation saves. */
export function savingsOf(
  { machines, guests, hosts }: Consolidation,
  host: HostProfile,
  prices: Prices,
): Savings {
  const existing = machines.filter(({ isPlanned }) => !isPlanned);
  const rackUnits = difference(
    known(
      existing,
      ({ rackUnits: each }) => each,
      (units) => rackUnitsOf(units.map((each) => ({ rackUnits: each, quantity: 1 }))),
    ),
    host.rackUnits === null ? null : rackUnitsOf([{ rackUnits: host.rackUnits, quantity: hosts }]),
  );
  const energy = difference(
    known(
      existing,
      ({ powerWatts }) => powerWatts,
      (watts) => totalEnergyKilowattHoursPerYear(watts.map((each) => ({ powerWatts: each, quantity: 1 }))),
    ),
    host.powerWatts === null
      ? null
      : totalEnergyKilowattHoursPerYear([{ powerWatts: host.powerWatts, quantity: hosts }]),
  );
  const cooling =
    energy === null ? null : scaled(energy, (each) => coolingOf(each, prices.coolingEfficiency));
  const planned = machines.filter(({ isPlanned }) => isPlanned);
  const amounts = {
    servers: beforeAfter(existing.length, hosts),
    rackUnits,
    racks: rackUnits === null ? null : rackUnits.saved / prices.rackUnitsPerRack,
    energyKilowattHoursPerYear: energy,
    coolingKilowattHoursPerYear: cooling,
    energyCostPerYear: energy === null ? null : energy.saved * prices.perKilowattHour,
    coolingCostPerYear: cooling === null ? null : cooling.saved * prices.perKilowattHour,
    consoleSwitches: switchesFreed(existing.length, hosts, prices.serversPerConsoleSwitch),
    networkSwitches: switchesFreed(
      existing.reduce((sum, { adapters }) => sum + adapters, 0),
      hosts * host.adapters,
      prices.portsPerNetworkSwitch,
    ),
    refreshAvoidance: refreshAvoidance(
      existing.flatMap(({ refreshYear, refreshCost }) =>
        refreshYear === null || refreshCost === null ? [] : { year: refreshYear, cost: refreshCost },
      ),
      prices.startYear,
      prices.years,
    ),
    newBuild:
      planned.length === 0 || host.cost === null
        ? null
        : newBuildSaving(sum(planned.map(({ refreshCost }) => refreshCost ?? 0)), hosts, host.cost),
  };
  return {
    ...amounts,
    returnOnInvestment: returnOnInvestment(amounts, { machines, guests, hosts }, host, prices),
    missing: missingFigures(existing, host),
    notes: notesOf('A1', 'A8'),
  };
}

type Amounts = Omit<Savings, 'returnOnInvestment' | 'missing' | 'notes'>;

function returnOnInvestment(
  amounts: Amounts,
  { machines, guests, hosts }: Consolidation,
  host: HostProfile,
  prices: Prices,
): ReturnOnInvestment | null {
  if (host.cost === null) return null;
  const yearly =
    (amounts.energyCostPerYear ?? 0) +
    (amounts.coolingCostPerYear ?? 0) +
    (amounts.racks ?? 0) * prices.perRackYear +
    amounts.servers.before * prices.perServerYear;
  const once =
    sum(amounts.refreshAvoidance) +
    sum(machines.filter(({ isPlanned }) => isPlanned).map(({ refreshCost }) => refreshCost ?? 0)) +
    amounts.consoleSwitches * prices.consoleSwitch +
    amounts.networkSwitches * prices.networkSwitch;
  const saved = yearly * prices.years + once;
  const deployment = hosts * host.cost + guests * prices.migrationPerServer;
  const operation = hosts * prices.perHostYear * prices.years;
  const total = saved - deployment - operation;
  const spent = deployment + operation;
  return { saved, deployment, operation, total, ratio: spent === 0 ? null : total / spent };
}

function missingFigures(servers: readonly RetiredMachine[], host: HostProfile): string[] {
  const unknown = (name: string, of: (server: RetiredMachine) => number | null) => {
    const count = servers.filter((server) => of(server) === null).length;
    return count === 0 ? [] : [`${name} of ${count} ${count === 1 ? 'server' : 'servers'}`];
  };
  return [
    ...unknown('rack units', ({ rackUnits }) => rackUnits),
    ...unknown('watts', ({ powerWatts }) => powerWatts),
    ...(host.rackUnits === null ? ['rack units of a host'] : []),
    ...(host.powerWatts === null ? ['watts of a host'] : []),
    ...(host.cost === null ? ['price of a host'] : []),
  ];
}

/** The total of a figure when every server has it. */
function known(
  servers: readonly RetiredMachine[],
  figure: (server: RetiredMachine) => number | null,
  total: (values: readonly number[]) => number,
): number | null {
  const values = servers.map(figure).filter((value) => value !== null);
  return values.length === servers.length ? total(values) : null;
}

function difference(before: number | null, after: number | null): BeforeAfter | null {
  return before === null || after === null ? null : beforeAfter(before, after);
}

function beforeAfter(before: number, after: number): BeforeAfter {
  return { before, after, saved: before - after };
}

function scaled({ before, after }: BeforeAfter, scale: (value: number) => number): BeforeAfter {
  return beforeAfter(scale(before), scale(after));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
