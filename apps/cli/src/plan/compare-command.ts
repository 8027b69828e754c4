import { fail } from '@carrel/contract/errors';
import { comparePlans, formatQuantity, makeDesign, type PlanComparison } from '@carrel/planner';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { formatTable } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { loadPlan } from './plan-file.ts';

/** `carrel plan compare`. */
export function registerPlanCompareCommand(plan: Command, context: CliContext): void {
  plan
    .command('compare')
    .description('Show plans side by side: what differs in inputs, decisions, times and costs')
    .argument('<files...>', 'two plans or more')
    .option('--json', 'print the comparison as one JSON line')
    .addHelpText(
      'after',
      '\nExamples:\n  carrel plan compare plan.yaml better.yaml\n  carrel plan compare carrel.yaml medv.yaml --json',
    )
    .action(async (files: string[], options: { readonly json?: true }) => {
      if (files.length < 2) {
        const reason = 'Name two plans or more.';
        throw fail('USAGE', { reason, command: 'carrel plan compare' });
      }
      const designs = await Array.fromAsync(files, async (file) => makeDesign(await loadPlan(file)));
      const comparison = comparePlans(designs);
      if (options.json) context.terminal.out(JSON.stringify(comparison));
      else printComparison(context.terminal, comparison, files);
    });
}

/** @param titles of the plans, in their order */
export function printComparison(
  terminal: Terminal,
  comparison: PlanComparison,
  titles: readonly string[],
): void {
  const { inputs, figures, decisions, serviceLevels, dropped } = comparison;
  const print = (heading: string, first: readonly string[], rows: readonly (readonly string[])[]): void => {
    if (rows.length === 0) return;
    terminal.out(heading);
    for (const line of formatTable([...first, ...titles], rows)) terminal.out(`  ${line}`);
    terminal.out('');
  };
  print(
    'Inputs that differ',
    ['FIELD'],
    inputs.map(({ path, values }) => [path, ...values.map(formatValue)]),
  );
  print(
    'Figures',
    [''],
    figures.map(({ name, unit, values }) => [name, ...values.map((value) => formatQuantity(value, unit))]),
  );
  print(
    'Decisions that differ',
    ['DECISION', 'ABOUT'],
    decisions.map(({ id, subject, answers }) => [id, subject, ...answers.map((answer) => answer ?? '-')]),
  );
  print(
    'Times to load that differ: first version, update',
    ['LOCATION', 'WORKSPACE'],
    serviceLevels.map(({ location, workspace, values }) => [location, workspace, ...values.map(formatTimes)]),
  );
  for (const sentence of dropped) terminal.out(sentence);
}

function formatTimes(times: PlanComparison['serviceLevels'][number]['values'][number]): string {
  if (!times) return '-';
  const mark = (isMet: boolean): string => (isMet ? '' : ' (too late)');
  const initial = `${formatQuantity(times.initialLoadSeconds, 's')}${mark(times.meets.initialLoad)}`;
  return `${initial}, ${formatQuantity(times.updateSeconds, 's')}${mark(times.meets.update)}`;
}

function formatValue(value: unknown): string {
  return value === undefined ? '-' : typeof value === 'string' ? value : JSON.stringify(value);
}
