import type { RolloutResult } from '@carrel/planner';

/** When the computers of an office were ready, in seconds after the announcement. */
export interface OfficeTimes {
  readonly office: string;
  readonly readySeconds: readonly number[];
}

export interface ComparisonRow {
  readonly who: string;
  readonly what: 'median' | '95th percentile';
  readonly measuredSeconds: number;
  readonly simulatedSeconds: number;
  /** Simulated by measured, less 1. */
  readonly deviation: number;
  readonly isWithin: boolean;
}

/** The most that simulated times may deviate from measured ones. */
const tolerance = 0.15;

/** All computers together, and each office. */
export function compare(times: readonly OfficeTimes[], simulated: RolloutResult): ComparisonRow[] {
  const everybody = times.flatMap(({ readySeconds }) => readySeconds);
  const rows = rowsOf('all', everybody, simulated.all);
  for (const { office, readySeconds } of times) {
    const group = simulated.groups.find(({ location }) => location === office);
    if (group) rows.push(...rowsOf(office, readySeconds, group));
  }
  return rows;
}

export function print(rows: readonly ComparisonRow[]): void {
  process.stdout.write('| computers | | measured | simulated | deviation | at most 15 % |\n');
  process.stdout.write('|---|---|---:|---:|---:|---|\n');
  for (const { who, what, measuredSeconds, simulatedSeconds, deviation, isWithin } of rows) {
    const cells = [
      who,
      what,
      `${measuredSeconds.toFixed(1)} s`,
      `${simulatedSeconds.toFixed(1)} s`,
      `${(100 * deviation).toFixed(1)} %`,
      isWithin ? 'met' : 'not met',
    ];
    process.stdout.write(`| ${cells.join(' | ')} |\n`);
  }
}

function rowsOf(
  who: string,
  readySeconds: readonly number[],
  { readySeconds: simulated }: RolloutResult['all'],
): ComparisonRow[] {
  const ascending = readySeconds.toSorted((a, b) => a - b);
  const quantile = (share: number): number => ascending[Math.ceil(share * ascending.length) - 1] ?? 0;
  const row = (what: ComparisonRow['what'], measured: number, mean: number): ComparisonRow => {
    const deviation = mean / measured - 1;
    return {
      who,
      what,
      measuredSeconds: measured,
      simulatedSeconds: mean,
      deviation,
      isWithin: Math.abs(deviation) <= tolerance,
    };
  };
  return [
    row('median', quantile(0.5), simulated.median.mean),
    row('95th percentile', quantile(0.95), simulated.p95.mean),
  ];
}
