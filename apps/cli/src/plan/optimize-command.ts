import { writeFile } from 'node:fs/promises';
import {
  type CheapestDesign,
  findCheapestDesign,
  formatPlanEdit,
  formatQuantity,
  type LevelOfPair,
  type Plan,
} from '@carrel/planner';
import type { Command } from 'commander';
import { parseDocument } from 'yaml';
import type { CliContext } from '../context.ts';
import { showProgress } from '../terminal/progress.ts';
import { formatTable } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { editDocument } from './edit-document.ts';
import { inspectPlanFile, planInvalid, readText } from './plan-file.ts';

interface OptimizeOptions {
  readonly output?: string;
  readonly links: boolean;
  readonly officePeers: boolean;
  readonly repositories: boolean;
  readonly techniques: boolean;
  readonly shares: boolean;
  readonly json?: true;
}

/** `carrel plan optimize`. */
export function registerPlanOptimizeCommand(plan: Command, context: CliContext): void {
  plan
    .command('optimize')
    .description('Look for the cheapest design that meets all service levels, and say what binds')
    .argument('<file>', 'the plan, YAML or JSON')
    .option('-o, --output <file>', 'write the plan with the changes, comments kept')
    .option('--no-techniques', 'leave alone how first versions come')
    .option('--no-repositories', 'leave alone where repositories may stand')
    .option('--no-links', 'leave links as they are')
    .option('--no-office-peers', 'leave office peers as they are')
    .option('--no-shares', 'leave alone what downloads may take of links')
    .option('--json', 'print the result as one JSON line')
    .addHelpText(
      'after',
      `
Small plans are searched completely. For larger ones the result says between which costs the best there is must lie.
Faster links are priced from monthlyCost: ten times as fast for four times as much; links without a price stay.
When no design meets everything, the closest one is shown, with what is impossible; the exit code is 0 all the same.

Examples:
  carrel plan optimize plan.yaml -o better.yaml
  carrel plan optimize plan.yaml --no-links --json`,
    )
    .action(async (file: string, options: OptimizeOptions) => {
      const found = await search(await loadReachableOrNot(file), options, context);
      if (options.output !== undefined) {
        const document = parseDocument(await readText(file));
        editDocument(document, found.edits);
        await writeFile(options.output, document.toString({ lineWidth: 120 }));
      }
      if (options.json) context.terminal.out(JSON.stringify(found));
      else printFound(context.terminal, found);
      if (options.output !== undefined) context.terminal.note(`Wrote ${options.output}.`);
    });
}

/** A plan without errors, but for service levels that are out of its reach. */
async function loadReachableOrNot(file: string): Promise<Plan> {
  const { plan, findings } = await inspectPlanFile(file);
  const errors = findings.filter(
    ({ severity, code }) => severity === 'error' && code !== 'PLAN_SERVICE_LEVEL_UNREACHABLE',
  );
  if (!plan || errors.length > 0) throw planInvalid(plan?.name ?? file, errors);
  return plan;
}

async function search(plan: Plan, levers: OptimizeOptions, context: CliContext): Promise<CheapestDesign> {
  using progress = showProgress(context.terminal, context.clock);
  return await findCheapestDesign(plan, {
    levers,
    signal: context.signal,
    onProgress: ({ designsMade, cheapest }) => {
      const note = cheapest === undefined ? 'none meets everything yet' : `cheapest ${Math.round(cheapest)}`;
      progress({ phase: 'search', note: `${designsMade} designs, ${note}` });
    },
  });
}

function printFound(terminal: Terminal, found: CheapestDesign): void {
  const { design, planned, isMet, isExact, lowerBound, designsMade, edits } = found;
  const money = (amount: number): string => formatQuantity(amount, design.cost.currency);
  terminal.out(
    `Planned: ${money(planned.cost.total)}. Found: ${money(design.cost.total)}, of ${designsMade} designs.`,
  );
  if (!isMet) terminal.out('No design meets all service levels; this one comes closest.');
  else if (isExact) terminal.out('None of the changes that were allowed makes it cheaper.');
  else terminal.out(`The cheapest there is costs ${money(lowerBound)} at least.`);
  terminal.out('');
  printChanges(terminal, found);
  printLevels(terminal, 'Service levels that leave least room', found.tightest);
  printLevels(terminal, 'Service levels that nothing meets', found.impossible);
  if (edits.length > 0) terminal.out('To be set in the plan:');
  for (const edit of edits) terminal.out(`  ${formatPlanEdit(edit)}`);
}

function printChanges(terminal: Terminal, { changes, design }: CheapestDesign): void {
  const rows = changes.map(({ lever, option, costWithout, missedWithout }) => [
    lever,
    option,
    formatQuantity(Math.round(costWithout), design.cost.currency),
    missedWithout.length === 0
      ? 'all service levels are met'
      : `missed: ${missedWithout.map(({ location, workspace }) => `${workspace} at ${location}`).join(', ')}`,
  ]);
  for (const line of formatTable(['CHANGE', 'TO', 'COSTS MORE WITHOUT', 'WITHOUT IT'], rows))
    terminal.out(line);
  if (rows.length > 0) terminal.out('');
}

function printLevels(terminal: Terminal, heading: string, levels: readonly LevelOfPair[]): void {
  if (levels.length === 0) return;
  terminal.out(heading);
  const rows = levels.map(({ location, workspace, level, seconds, acceptableSeconds }) => [
    location,
    workspace,
    level === 'initialLoad' ? 'first version' : 'update',
    formatQuantity(seconds, 's'),
    formatQuantity(acceptableSeconds, 's'),
  ]);
  for (const line of formatTable(['LOCATION', 'WORKSPACE', 'WHAT', 'TAKES', 'ACCEPTABLE'], rows)) {
    terminal.out(`  ${line}`);
  }
  terminal.out('');
}
