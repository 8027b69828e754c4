import type { Cell } from '../../sheets/index.ts';
import type { ConsolidationAssessment } from '../assess.ts';
import type { BeforeAfter, ReturnOnInvestment } from '../savings/index.ts';

/** Savings with their rules; what is unknown is empty, and the last rows say what is missing. */
export function savingsRows({ savings, settings, host }: ConsolidationAssessment): Cell[][] {
  const { prices } = settings;
  const { currency } = prices;
  const amounts = ({ before, after, saved }: BeforeAfter) => [before, after, saved].map(whole);
  const row = (what: string, values: BeforeAfter | null, unit: string, rule: string): Cell[] => [
    what,
    ...(values === null ? [null, null, null] : amounts(values)),
    unit,
    rule,
  ];
  const total = (what: string, value: number | null, unit: string, rule: string): Cell[] => [
    what,
    null,
    null,
    value === null ? null : whole(value),
    unit,
    rule,
  ];
  const { returnOnInvestment: roi } = savings;
  return [
    row('Machines', savings.servers, 'machines', 'L3526'),
    row('Space', savings.rackUnits, 'U', 'F9, L3526'),
    ['Racks', null, null, savings.racks === null ? null : Number(savings.racks.toFixed(2)), 'racks', 'F9'],
    row('Energy a year', savings.energyKilowattHoursPerYear, 'kWh', 'F10, F11, A8'),
    total('Energy a year', savings.energyCostPerYear, currency, 'F12'),
    row('Cooling a year', savings.coolingKilowattHoursPerYear, 'kWh', 'F13'),
    total('Cooling a year', savings.coolingCostPerYear, currency, 'F13'),
    total('KVM switches', savings.consoleSwitches, 'switches', 'F16'),
    total('Network switches', savings.networkSwitches, 'switches', 'F16'),
    ...savings.refreshAvoidance.map((cost, index) =>
      total(`Replacements avoided in ${prices.startYear + index}`, cost, currency, 'F14'),
    ),
    total('New servers that need not be bought, less the hosts', savings.newBuild, currency, 'F15'),
    total(`All savings in ${prices.years} years`, roi?.saved ?? null, currency, 'F17'),
    total(`Hosts (${host.name}) and moving`, roi === null ? null : -roi.deployment, currency, 'F17'),
    total(
      `Running the hosts for ${prices.years} years`,
      roi === null ? null : -roi.operation,
      currency,
      'F17',
    ),
    total('Return', roi?.total ?? null, currency, 'F17'),
    ['Return for each unit spent', null, null, ratioOf(roi), '', 'F17'],
    ...savings.missing.map((what): Cell[] => [`Not known: ${what}`, null, null, null, '', '']),
  ];
}

function ratioOf(roi: ReturnOnInvestment | null): number | null {
  const ratio = roi?.ratio ?? null;
  return ratio === null ? null : Number(ratio.toFixed(2));
}

function whole(value: number): number {
  return Math.round(value);
}
